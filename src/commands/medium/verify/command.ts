/** `xenwright medium verify`: an image or a copy, by the sums that it carries. */
import type { CommandData } from '../../../command-line/command.ts';

export const command: CommandData<[file: string]> = {
  name: 'verify',
  words: 'commandLine.medium.verify.about',
  arguments: [{ term: '<file>', words: 'commandLine.medium.verify.file', kind: 'place' }],
  run: async (io, _, file) => await (await import('./run.ts')).mediumVerify(file, io),
};
