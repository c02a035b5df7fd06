/** `xenwright facts`: this machine, as JSON. */
import type { CommandData } from '../command-line/command.ts';

export const command: CommandData<[]> = {
  name: 'facts',
  words: 'commandLine.facts.about',
  run: async (io) => {
    const [{ EXIT }, { probeFacts }, { systemProbe }] = await Promise.all([
      import('../errors.ts'),
      import('../facts/probe.ts'),
      import('../system/process/probe-port.ts'),
    ]);
    io.out(`${JSON.stringify(await probeFacts(systemProbe()), null, 2)}\n`);
    return EXIT.done;
  },
};
