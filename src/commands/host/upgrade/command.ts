/** `xenwright host upgrade`: the updates of Dom0. */
import type { CommandData } from '../../../command-line/command.ts';
import type { UpgradeOptions } from './run.ts';

export const command: CommandData<[], UpgradeOptions> = {
  name: 'upgrade',
  words: 'commandLine.host.upgrade.about',
  notes: 'commandLine.host.upgrade.notes',
  options: [
    { flags: '--restart', words: 'commandLine.host.upgrade.restart' },
    { flags: '--yes', words: 'commandLine.domu.add.yes' },
    { flags: '--dry-run', words: 'commandLine.host.upgrade.dryRun' },
  ],
  run: async (io, options) => await (await import('./run.ts')).hostUpgrade(options, io),
};
