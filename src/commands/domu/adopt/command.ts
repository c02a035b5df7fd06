/** `xenwright domu adopt`: a DomU that was made by hand is looked after. */
import type { CommandData } from '../../../command-line/command.ts';
import type { ChangeOptions } from '../change.ts';

export const command: CommandData<[name: string], ChangeOptions> = {
  name: 'adopt',
  words: 'commandLine.domu.adopt.about',
  notes: 'commandLine.domu.adopt.notes',
  arguments: [{ term: '<name>', words: 'commandLine.domu.set.name', kind: 'name' }],
  options: [
    { flags: '--yes', words: 'commandLine.domu.add.yes' },
    { flags: '--dry-run', words: 'commandLine.domu.power.dryRun' },
  ],
  run: async (io, options, name) => await (await import('./run.ts')).domuAdopt(name, options, io),
};
