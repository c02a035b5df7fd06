/** `xenwright domu disown`: undoes `domu adopt`. */
import type { CommandData } from '../../../command-line/command.ts';
import type { ChangeOptions } from '../change.ts';

export const command: CommandData<[name: string], ChangeOptions> = {
  name: 'disown',
  words: 'commandLine.domu.adopt.disownAbout',

  arguments: [{ term: '<name>', words: 'commandLine.domu.set.name', kind: 'name' }],
  options: [
    { flags: '--yes', words: 'commandLine.domu.add.yes' },
    { flags: '--dry-run', words: 'commandLine.domu.power.dryRun' },
  ],
  run: async (io, options, name) => await (await import('./run.ts')).domuDisown(name, options, io),
};
