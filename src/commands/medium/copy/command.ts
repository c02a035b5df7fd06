/** `xenwright medium copy`: a disc, an image or a device, with checksums. */
import type { CommandData } from '../../../command-line/command.ts';
import type { CopyOptions } from './run.ts';

export const command: CommandData<[source: string, target: string], CopyOptions> = {
  name: 'copy',
  words: 'commandLine.medium.copy.about',
  arguments: [
    { term: '<source>', words: 'commandLine.medium.copy.source', kind: 'medium' },
    { term: '<target>', words: 'commandLine.medium.copy.target', kind: 'place' },
  ],
  options: [
    { flags: '--map <file>', words: 'commandLine.medium.copy.map', kind: 'place' },
    { flags: '--yes', words: 'commandLine.medium.copy.yes' },
  ],
  run: async (io, options, source, target) => await (await import('./run.ts')).mediumCopy(source, target, options, io),
};
