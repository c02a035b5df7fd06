/** `xenwright domu add`: more DomUs for the host that this runs on. */
import type { CommandData } from '../../../command-line/command.ts';
import { changes, SOURCE_OPTIONS } from '../../../command-line/shared-options.ts';
import type { DomuAddOptions } from '../../../host/domus/addition.ts';

export const command: CommandData<[sources: readonly string[]], DomuAddOptions> = {
  name: 'add',
  words: 'commandLine.domu.add.about',
  notes: 'commandLine.domu.add.notes',
  arguments: [{ term: '<source...>', words: 'commandLine.options.sources', kind: 'source' }],
  options: [
    { flags: '--memory <size>', words: 'commandLine.domu.add.memory', kind: 'size' },
    { flags: '--vcpus <n>', words: 'commandLine.domu.add.vcpus', kind: 'number' },
    { flags: '--disk <size>', words: 'commandLine.domu.add.disk', kind: 'size' },
    { flags: '--release <name>', words: 'commandLine.domu.add.release', kind: 'name' },
    { flags: '--bridge <name>', words: 'commandLine.domu.add.bridge', kind: 'name' },
    { flags: '--copy-of <name>', words: 'commandLine.domu.add.copyOf', kind: 'name' },
    changes('commandLine.domu.add.set'),
    ...SOURCE_OPTIONS,
    { flags: '--dry-run', words: 'commandLine.options.dryRun' },
    { flags: '--resume', words: 'commandLine.options.resume' },
    { flags: '--yes', words: 'commandLine.domu.add.yes' },
    { flags: '--ui <kind>', words: 'commandLine.options.ui', choices: ['plain', 'json'], default: 'plain' },
    { flags: '--jobs <n>', words: 'commandLine.options.jobs', kind: 'number' },
  ],
  run: async (io, options, sources) => await (await import('./run.ts')).domuAdd(sources, options, io),
};
