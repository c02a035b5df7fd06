/** `xenwright rehearse`: install into a scratch image, boot it, and say who is up. */
import type { CommandData } from '../../command-line/command.ts';
import { changes, FIRMWARE, SOURCE_OPTIONS } from '../../command-line/shared-options.ts';
import type { RehearseOptions } from './run.ts';

export const command: CommandData<[source: string], RehearseOptions> = {
  name: 'rehearse',
  words: 'commandLine.rehearse.about',
  arguments: [{ term: '<source>', kind: 'source' }],
  options: [
    ...SOURCE_OPTIONS,
    FIRMWARE,
    { flags: '--keep <file>', words: 'commandLine.rehearse.keep', kind: 'place' },
    { flags: '--timeout <seconds>', words: 'commandLine.options.timeout', kind: 'number' },
    changes('commandLine.options.setFirst'),
    { flags: '--state <dir>', words: 'commandLine.rehearse.state', kind: 'place' },
  ],
  run: async (io, options, source) => await (await import('./run.ts')).rehearse(source, options, io),
};
