/** `xenwright domu set`: changes a DomU of this host. */
import type { CommandData } from '../../../command-line/command.ts';

export interface SetOptions {
  readonly yes?: true;
  readonly dryRun?: true;
}

export const command: CommandData<[name: string, changes: readonly string[]], SetOptions> = {
  name: 'set',
  words: 'commandLine.domu.set.about',
  notes: 'commandLine.domu.set.notes',
  arguments: [
    { term: '<name>', words: 'commandLine.domu.set.name', kind: 'name' },
    { term: '<change...>', words: 'commandLine.domu.set.changes', kind: 'change' },
  ],
  options: [
    { flags: '--yes', words: 'commandLine.domu.add.yes' },
    { flags: '--dry-run', words: 'commandLine.domu.power.dryRun' },
  ],
  run: async (io, options, name, changes) => await (await import('./run.ts')).domuSet(name, changes, options, io),
};
