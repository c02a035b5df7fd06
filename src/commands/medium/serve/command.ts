/** `xenwright medium serve`: profiles and netboot files out, reports in. */
import type { CommandData } from '../../../command-line/command.ts';
import type { ServeOptions } from './run.ts';

export const command: CommandData<[folder: string], ServeOptions> = {
  name: 'serve',
  words: 'commandLine.medium.serve.about',
  arguments: [{ term: '<folder>', words: 'commandLine.medium.serve.folder', kind: 'place' }],
  options: [
    {
      flags: '--listen <address:port>',
      words: 'commandLine.medium.serve.listen',
      kind: 'listen',
      default: '127.0.0.1:8480',
    },
    { flags: '--secret-file <file>', words: 'commandLine.medium.serve.secretFile', kind: 'place' },
  ],
  run: async (io, options, folder) => await (await import('./run.ts')).serveOnTerminal(folder, options, io),
};
