/** What runs inside the appliance, started by its init. Not for people. */
import type { CommandData } from '../../command-line/command.ts';

export const command: CommandData<[], { readonly port: string; readonly store?: string }> = {
  name: 'agent',
  words: 'commandLine.agent.about',
  isInternal: true,
  options: [
    { flags: '--port <device>', words: 'commandLine.agent.port', kind: 'place', isRequired: true },
    { flags: '--store <dir>', words: 'commandLine.agent.store', kind: 'place' },
  ],
  run: async (_, options) => await (await import('./run.ts')).agent(options),
};
