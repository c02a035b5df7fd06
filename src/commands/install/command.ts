/** `xenwright install`: a host and its DomUs, unattended. */
import type { CommandData } from '../../command-line/command.ts';
import { changes, images, SCREEN_READER, SOURCE_OPTIONS } from '../../command-line/shared-options.ts';
import type { InstallOptions } from '../../install/install-options.ts';

export const command: CommandData<[sources: readonly string[]], InstallOptions> = {
  name: 'install',
  words: 'commandLine.install.about',
  arguments: [{ term: '[source...]', words: 'commandLine.options.sources', kind: 'source' }],
  options: [
    ...SOURCE_OPTIONS,
    SCREEN_READER,
    images('commandLine.install.image'),
    { flags: '--dry-run', words: 'commandLine.options.dryRun' },
    { flags: '--resume', words: 'commandLine.options.resume' },
    { flags: '--ask', words: 'commandLine.install.ask' },
    { flags: '--yes', words: 'commandLine.install.yes' },
    {
      flags: '--ui <kind>',
      words: 'commandLine.options.ui',
      choices: ['auto', 'panes', 'plain', 'json'],
      default: 'auto',
    },
    { flags: '--state <dir>', words: 'commandLine.install.state', kind: 'place' },
    { flags: '--facts <file>', words: 'commandLine.install.facts', kind: 'source' },
    changes('commandLine.options.set'),
    { flags: '--only <domain>', words: 'commandLine.install.only', kind: 'name' },
    { flags: '--jobs <n>', words: 'commandLine.options.jobs', kind: 'number' },
    { flags: '--report <url>', words: 'commandLine.install.report', kind: 'reportAddress' },
    { flags: '--replay <file>', words: 'commandLine.install.replay', kind: 'source' },
  ],
  run: async (io, options, sources) => await (await import('./run.ts')).install(sources, options, io),
};
