/** `xenwright domu backup`: a DomU as one file. */
import type { CommandData } from '../../../command-line/command.ts';

export interface BackupOptions {
  readonly to?: string;
  readonly size?: string;
  readonly dryRun?: true;
}

export const command: CommandData<[name: string, file?: string], BackupOptions> = {
  name: 'backup',
  words: 'commandLine.domu.backup.about',
  notes: 'commandLine.domu.backup.notes',
  arguments: [
    { term: '<name>', words: 'commandLine.domu.backup.name', kind: 'name' },
    { term: '[file]', words: 'commandLine.domu.backup.file', kind: 'place' },
  ],
  options: [
    { flags: '--to <place>', words: 'commandLine.domu.backup.to', kind: 'place' },
    { flags: '--size <size>', words: 'commandLine.domu.snapshot.size', kind: 'size' },
    { flags: '--dry-run', words: 'commandLine.domu.snapshot.dryRun' },
  ],
  run: async (io, options, name, file) => await (await import('./run.ts')).domuBackup(name, file, options, io),
};
