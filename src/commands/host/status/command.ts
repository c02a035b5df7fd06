/** `xenwright host status`: how this host is, for people and for monitors. */
import type { CommandData } from '../../../command-line/command.ts';
import type { StatusOptions } from './run.ts';

export const command: CommandData<[], StatusOptions> = {
  name: 'status',
  words: 'commandLine.host.status.about',
  notes: 'commandLine.host.status.notes',
  options: [
    {
      flags: '--format <format>',
      words: 'commandLine.host.status.format',
      choices: ['text', 'json', 'nagios', 'prometheus'],
      default: 'text',
    },
  ],
  run: async (io, options) => await (await import('./run.ts')).hostStatus(options, io),
};
