/** `xenwright domu restart`: shuts DomUs down and starts them again. */
import type { CommandData } from '../../../command-line/command.ts';
import { STOP_OPTIONS } from '../../../command-line/shared-options.ts';
import type { StopOptions } from '../power.ts';

export const command: CommandData<[names: readonly string[]], StopOptions> = {
  name: 'restart',
  words: 'commandLine.domu.restart.about',
  notes: 'commandLine.domu.restart.notes',
  arguments: [{ term: '[name...]' }],
  options: STOP_OPTIONS,
  run: async (io, options, names) => await (await import('./run.ts')).domuRestart(names, options, io),
};
