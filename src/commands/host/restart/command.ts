/** `xenwright host restart`: the host, with its DomUs. */
import type { CommandData } from '../../../command-line/command.ts';
import type { RestartOptions } from './run.ts';

export const command: CommandData<[], RestartOptions> = {
  name: 'restart',
  words: 'commandLine.host.restart.about',
  notes: 'commandLine.host.restart.notes',
  options: [
    { flags: '--timeout <seconds>', words: 'commandLine.domu.power.timeout', kind: 'number' },
    { flags: '--force', words: 'commandLine.host.restart.force' },
    { flags: '--yes', words: 'commandLine.domu.add.yes' },
    { flags: '--dry-run', words: 'commandLine.domu.power.dryRun' },
  ],
  run: async (io, options) => await (await import('./run.ts')).hostRestart(options, io),
};
