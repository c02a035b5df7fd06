/** `xenwright domu console`: the console of a DomU. */
import type { CommandData } from '../../../command-line/command.ts';

export const command: CommandData<[name: string]> = {
  name: 'console',
  words: 'commandLine.domu.console.about',
  arguments: [{ term: '<name>' }],
  run: async (io, _options, name) => await (await import('./run.ts')).domuConsole(name, io),
};
