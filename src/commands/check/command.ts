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
    { flags: '--format <format>', words: 'commandLine.check.format', choices: ['text', 'json'], default: 'text' },
  ],
  run: async (io, options, source) => await (await import('./run.ts')).check(source, options, io),
};
