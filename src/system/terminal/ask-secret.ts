/** Reads a line from the terminal without showing it. */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { EXIT, failure } from '../../errors.ts';
import { forTerminal } from '../process/process-io.ts';

/** Throws `interrupted` (exit 130) at Ctrl-C and Ctrl-D. */
export async function askSecret(question: string): Promise<string> {
  const nowhere = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const line = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  // Only now: who is quick would see the first letters echoed.
  process.stderr.write(forTerminal(question));
  try {
    return await new Promise<string>((resolve, reject) => {
      const stop = (): void => reject(failure('interrupted.password', EXIT.interrupted));
      line.on('SIGINT', stop);
      line.on('close', stop);
      void line.question('').then(resolve, stop);
    });
  } finally {
    line.close();
    process.stderr.write('\n');
  }
}
