/** `xenwright boot`: an installed image under emulation. */
import type { CommandData } from '../../command-line/command.ts';
import { FIRMWARE } from '../../command-line/shared-options.ts';
import type { BootCommandOptions } from './run.ts';

export const command: CommandData<[images: readonly string[]], BootCommandOptions> = {
  name: 'boot',
  words: 'commandLine.boot.about',
  arguments: [{ term: '<image...>', kind: 'place' }],
  options: [
    FIRMWARE,
    { flags: '--memory <mib>', words: 'commandLine.boot.memory', kind: 'number', default: '4096' },
    { flags: '--timeout <seconds>', words: 'commandLine.options.timeout', kind: 'number' },
    { flags: '--transcript <file>', words: 'commandLine.boot.transcript', kind: 'place' },
    { flags: '--scratch', words: 'commandLine.boot.scratch' },
    { flags: '--console', words: 'commandLine.boot.console' },
  ],
  run: async (io, options, images) => await (await import('./run.ts')).boot(images, options, io),
};
