/** `xenwright domu copy`: another DomU as this one is, with identities of its own. */
import type { CommandData } from '../../../command-line/command.ts';

export interface CopyOptions {
  readonly size?: string;
  readonly dryRun?: true;
}

export const command: CommandData<[name: string, copy: string], CopyOptions> = {
  name: 'copy',
  words: 'commandLine.domu.copy.about',
  notes: 'commandLine.domu.copy.notes',
  arguments: [
    { term: '<name>', words: 'commandLine.domu.snapshot.name', kind: 'name' },
    { term: '<copy>', words: 'commandLine.domu.copy.copy', kind: 'name' },
  ],
  options: [
    { flags: '--size <size>', words: 'commandLine.domu.snapshot.size', kind: 'size' },
    { flags: '--dry-run', words: 'commandLine.domu.snapshot.dryRun' },
  ],
  run: async (io, options, name, copy) => await (await import('./run.ts')).domuCopy(name, copy, options, io),
};
