/** `xenwright plan`: what an install would do. */
import type { CommandData } from '../../command-line/command.ts';
import { changes, images, SOURCE_OPTIONS } from '../../command-line/shared-options.ts';
import type { PlanCommandOptions } from './run.ts';

export const command: CommandData<[source: string], PlanCommandOptions> = {
  name: 'plan',
  words: 'commandLine.plan.about',
  arguments: [{ term: '<source>', kind: 'source' }],
  options: [
    ...SOURCE_OPTIONS,
    { flags: '--facts <file>', words: 'commandLine.plan.facts', kind: 'source' },
    changes('commandLine.options.setFirst'),
    images('commandLine.plan.image'),
    {
      flags: '--format <format>',
      words: 'commandLine.options.format',
      choices: ['text', 'json', 'sh', 'dot'],
      default: 'text',
    },
  ],
  run: async (io, options, source) => await (await import('./run.ts')).plan(source, options, io),
};
