/** `xenwright domu list`: every DomU of this host, whoever made it. */
import type { CommandData } from '../../../command-line/command.ts';
import type { ListOptions } from './run.ts';

export const command: CommandData<[], ListOptions> = {
  name: 'list',
  words: 'commandLine.domu.list.about',
  notes: 'commandLine.domu.list.notes',
  options: [
    { flags: '--format <format>', words: 'commandLine.domu.list.format', choices: ['text', 'json'], default: 'text' },
  ],
  run: async (io, options) => await (await import('./run.ts')).domuList(options, io),
};
