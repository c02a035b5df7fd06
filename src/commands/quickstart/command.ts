/** `xenwright quickstart`: what `npm start -- quickstart` runs. */
import type { CommandData } from '../../command-line/command.ts';

export const command: CommandData<[]> = {
  name: 'quickstart',
  words: 'commandLine.quickstart.about',
  isUnlisted: true,
  run: async (io) => await (await import('./run.ts')).quickstart(io),
};
