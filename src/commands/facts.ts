/** `xenwright facts`: this machine, as JSON. */
import type { CommandData } from '../command-line/command.ts';

export const command: CommandData<[]> = {
  name: 'facts',
  words: 'commandLine.facts.about',
  run: async (io) => {
    const [{ EXIT }, { probeFacts }, { systemProbe }, { jsonText }] = await Promise.all([
      import('../errors.ts'),
      import('../facts/probe.ts'),
      import('../system/process/probe-port.ts'),
      import('../clean-text.ts'),
    ]);
    io.out(`${jsonText(await probeFacts(systemProbe()), 2)}\n`);
    return EXIT.done;
  },
};
