/** `xenwright attach`: a run that is under way, or how it ended. */
import type { CommandData } from '../../command-line/command.ts';
import { SCREEN_READER } from '../../command-line/shared-options.ts';
import type { AttachOptions } from './run.ts';

export const command: CommandData<[target: string | undefined], AttachOptions> = {
  name: 'attach',
  words: 'commandLine.attach.about',
  arguments: [{ term: '[target]', words: 'commandLine.attach.target', kind: 'place' }],
  options: [
    SCREEN_READER,
    { flags: '--ui <kind>', words: 'commandLine.attach.ui', choices: ['auto', 'panes', 'plain'], default: 'auto' },
    { flags: '--bundle <file>', words: 'commandLine.attach.bundle', kind: 'place' },
  ],
  run: async (io, options, target) => await (await import('./run.ts')).attach(target, options, io),
};
