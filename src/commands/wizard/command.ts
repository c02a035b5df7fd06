/** `xenwright` without a command: the wizard, or its demo. */
import type { CommandData } from '../../command-line/command.ts';
import { SCREEN_READER } from '../../command-line/shared-options.ts';

interface Given {
  readonly profile?: string;
  readonly image?: string;
  readonly demo?: true;
  readonly machine?: string;
  readonly demoFailure?: true;
  readonly demoSeconds?: string;
}

export const command: CommandData<[], Given> = {
  name: 'xenwright',
  words: 'commandLine.xenwright.about',
  notes: 'commandLine.xenwright.notes',
  options: [
    SCREEN_READER,
    { flags: '--profile <source>', words: 'commandLine.xenwright.profile', kind: 'source' },
    { flags: '--image <file[:size]>', words: 'commandLine.xenwright.image', kind: 'image' },
    { flags: '--demo', words: 'commandLine.xenwright.demo' },
    { flags: '--machine <name>', words: 'commandLine.xenwright.machine', kind: 'name' },
    { flags: '--demo-failure', words: 'commandLine.xenwright.demoFailure' },
    { flags: '--demo-seconds <n>', words: 'commandLine.xenwright.demoSeconds', kind: 'demoSeconds' },
  ],
  run: async (io, { demo, image, ...given }) => {
    const options = { ...given, image: image === undefined ? [] : [image] };
    if (demo === true) return await (await import('./demo.ts')).demo(options, io);
    if (given.machine !== undefined || given.demoFailure !== undefined || given.demoSeconds !== undefined) {
      const { EXIT, failure } = await import('../../errors.ts');
      throw failure('usage.demoOnly', EXIT.usage);
    }
    return await (await import('./run.ts')).wizard(options, io);
  },
};
