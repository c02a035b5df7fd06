/** `xenwright host watch`: says when the state of the host changes. For a timer. */
import type { CommandData } from '../../../command-line/command.ts';
import type { WatchOptions } from './run.ts';

export const command: CommandData<[], WatchOptions> = {
  name: 'watch',
  words: 'commandLine.host.watch.about',
  notes: 'commandLine.host.watch.notes',
  options: [
    { flags: '--mail', words: 'commandLine.host.watch.mail' },
    { flags: '--post-to <file>', words: 'commandLine.host.watch.postTo', kind: 'place' },
    { flags: '--dry-run', words: 'commandLine.host.watch.dryRun' },
  ],
  run: async (io, options) => await (await import('./run.ts')).hostWatch(options, io),
};
