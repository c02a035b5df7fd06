/** `xenwright check`: every finding of a profile at once. */
import type { CommandData } from '../../command-line/command.ts';
import { changes, SOURCE_OPTIONS } from '../../command-line/shared-options.ts';
import type { CheckOptions } from './run.ts';

export const command: CommandData<[source: string], CheckOptions> = {
  name: 'check',
  words: 'commandLine.check.about',
  arguments: [{ term: '<source>', kind: 'source' }],
  options: [
    ...SOURCE_OPTIONS,
    { flags: '--facts <file>', words: 'commandLine.check.facts', kind: 'source' },
    changes('commandLine.options.setFirst'),
  ],
  run: async (io, options, source) => await (await import('./run.ts')).check(source, options, io),
};
