/** `xenwright domu snapshot`: what a DomU was at an instant, kept beside it. */
import type { CommandData } from '../../../command-line/command.ts';

export interface SnapshotOptions {
  readonly label?: string;
  readonly size?: string;
  readonly force?: true;
  readonly yes?: true;
  readonly dryRun?: true;
}

export const command: CommandData<[verb: string, name?: string, snapshot?: string], SnapshotOptions> = {
  name: 'snapshot',
  words: 'commandLine.domu.snapshot.about',
  notes: 'commandLine.domu.snapshot.notes',
  arguments: [
    { term: '<verb>', words: 'commandLine.domu.snapshot.verb', choices: ['create', 'list', 'revert', 'delete'] },
    { term: '[name]', words: 'commandLine.domu.snapshot.name', kind: 'name' },
    { term: '[snapshot]', words: 'commandLine.domu.snapshot.snapshot', kind: 'name' },
  ],
  options: [
    { flags: '--label <text>', words: 'commandLine.domu.snapshot.called', kind: 'name' },
    { flags: '--size <size>', words: 'commandLine.domu.snapshot.size', kind: 'size' },
    { flags: '--force', words: 'commandLine.domu.snapshot.force' },
    { flags: '--yes', words: 'commandLine.domu.snapshot.yes' },
    { flags: '--dry-run', words: 'commandLine.domu.snapshot.dryRun' },
  ],
  run: async (io, options, verb, name, snapshot) =>
    await (await import('./run.ts')).domuSnapshot([verb, name, snapshot], options, io),
};
