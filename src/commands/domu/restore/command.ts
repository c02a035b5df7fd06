/** `xenwright domu restore`: a DomU from a backup of it. */
import type { CommandData } from '../../../command-line/command.ts';

export interface RestoreOptions {
  readonly as?: string;
  readonly dryRun?: true;
}

export const command: CommandData<[file: string], RestoreOptions> = {
  name: 'restore',
  words: 'commandLine.domu.restore.about',
  notes: 'commandLine.domu.restore.notes',
  arguments: [{ term: '<file>', words: 'commandLine.domu.restore.file', kind: 'place' }],
  options: [
    { flags: '--as <name>', words: 'commandLine.domu.restore.as', kind: 'name' },
    { flags: '--dry-run', words: 'commandLine.domu.snapshot.dryRun' },
  ],
  run: async (io, options, file) => await (await import('./run.ts')).domuRestore(file, options, io),
};
