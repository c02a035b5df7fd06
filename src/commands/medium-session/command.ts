/** What every console of the booted medium runs. Not for people. */
import type { CommandData } from '../../command-line/command.ts';

export const command: CommandData<[], { readonly console: string }> = {
  name: 'medium-session',
  words: 'commandLine.mediumSession.about',
  isInternal: true,
  options: [{ flags: '--console <name>', words: 'commandLine.mediumSession.console', kind: 'name', isRequired: true }],
  run: async (io, options) => await (await import('./run.ts')).mediumSession(options, io),
};
