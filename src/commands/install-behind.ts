/** The install in a process of its own, which `install` starts and shows. Not for people. */
import type { CommandData } from '../command-line/command.ts';

export const command: CommandData<[]> = {
  name: 'install-behind',
  words: 'commandLine.installBehind.about',
  isInternal: true,
  run: async (io) => await (await import('../install/background.ts')).installInBackground(io),
};
