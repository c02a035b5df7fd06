/**
 * The quick start as a process of its own, with everything real but the engine and the machine. Started by
 * quickstart.test.ts in a terminal.
 */
import { quickstart } from '../../src/commands/quickstart/run.ts';
import { ask } from '../../src/system/terminal/ask.ts';
import { imageExists } from '../../src/system/disk/image-files.ts';
import { processIo } from '../../src/system/process/process-io.ts';
import { writeNamed } from '../../src/system/files/own-files.ts';
import { hashPassword, ownPublicKeys } from '../../src/system/files/quickstart-files.ts';

process.exitCode = await quickstart(processIo(), {
  emulates: true,
  provideTools: async () => undefined,
  install: async (io) => {
    io.out('PRETEND INSTALL\n');
    return 0;
  },
  boot: async (io) => {
    io.out('PRETEND BOOT\n');
    return 0;
  },
  ask,
  hashPassword,
  ownPublicKeys,
  writePrivate: writeNamed,
  exists: imageExists,
});
