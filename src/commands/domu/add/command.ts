/** `xenwright domu add`: more DomUs for the host that this runs on. */
import type { CommandData } from '../../../command-line/command.ts';
import { SOURCE_OPTIONS } from '../../../command-line/shared-options.ts';
import type { DomuAddOptions } from '../../../host/domus/addition.ts';

export const command: CommandData<[sources: readonly string[]], DomuAddOptions> = {
  name: 'add',
  words: 'commandLine.domu.add.about',
  notes: 'commandLine.domu.add.notes',
  arguments: [{ term: '<source...>', words: 'commandLine.options.sources', kind: 'source' }],
  options: [
    ...SOURCE_OPTIONS,
    { flags: '--dry-run', words: 'commandLine.options.dryRun' },
    { flags: '--resume', words: 'commandLine.options.resume' },
    { flags: '--yes', words: 'commandLine.domu.add.yes' },
    { flags: '--ui <kind>', words: 'commandLine.options.ui', choices: ['plain', 'json'], default: 'plain' },
    { flags: '--jobs <n>', words: 'commandLine.options.jobs', kind: 'number' },
  ],
  run: async (io, options, sources) => await (await import('./run.ts')).domuAdd(sources, options, io),
};
