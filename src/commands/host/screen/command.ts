/** `xenwright host`: the screen of this host. */
import type { CommandData } from '../../../command-line/command.ts';
import { SCREEN_READER } from '../../../command-line/shared-options.ts';

export const command: CommandData = {
  name: 'host',
  words: 'commandLine.host.screen.about',
  options: [SCREEN_READER],
  run: async (io) => await (await import('./run.ts')).hostScreen(io),
};
