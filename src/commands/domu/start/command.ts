/** `xenwright domu start`: starts DomUs and waits until they are up. */
import type { CommandData } from '../../../command-line/command.ts';
import type { StartOptions } from '../power.ts';

export const command: CommandData<[names: readonly string[]], StartOptions> = {
  name: 'start',
  words: 'commandLine.domu.start.about',
  notes: 'commandLine.domu.start.notes',
  arguments: [{ term: '[name...]' }],
  options: [
    { flags: '--all', words: 'commandLine.domu.power.allAutostart' },
    { flags: '--dry-run', words: 'commandLine.domu.power.dryRun' },
  ],
  run: async (io, options, names) => await (await import('./run.ts')).domuStart(names, options, io),
};
