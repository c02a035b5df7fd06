/** `xenwright domu stop`: shuts DomUs down, and switches them off where that is wished. */
import type { CommandData } from '../../../command-line/command.ts';
import { STOP_OPTIONS } from '../../../command-line/shared-options.ts';
import type { StopOptions } from '../power.ts';

export const command: CommandData<[names: readonly string[]], StopOptions> = {
  name: 'stop',
  words: 'commandLine.domu.stop.about',
  notes: 'commandLine.domu.stop.notes',
  arguments: [{ term: '[name...]' }],
  options: STOP_OPTIONS,
  run: async (io, options, names) => await (await import('./run.ts')).domuStop(names, options, io),
};
