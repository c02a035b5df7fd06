/** `xenwright domu remove`: a DomU goes, its data stays unless told. */
import type { CommandData } from '../../../command-line/command.ts';

export interface RemoveOptions {
  readonly withData?: true;
  readonly force?: true;
  readonly yes?: true;
  readonly dryRun?: true;
}

export const command: CommandData<[name: string], RemoveOptions> = {
  name: 'remove',
  words: 'commandLine.domu.remove.about',
  notes: 'commandLine.domu.remove.notes',
  arguments: [{ term: '<name>', words: 'commandLine.domu.set.name', kind: 'name' }],
  options: [
    { flags: '--with-data', words: 'commandLine.domu.remove.withData' },
    { flags: '--force', words: 'commandLine.domu.remove.force' },
    { flags: '--yes', words: 'commandLine.domu.add.yes' },
    { flags: '--dry-run', words: 'commandLine.domu.power.dryRun' },
  ],
  run: async (io, options, name) => await (await import('./run.ts')).domuRemove(name, options, io),
};
