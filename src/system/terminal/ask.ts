/** Questions to the person at this terminal. */
import { createInterface } from 'node:readline';
import { forTerminal } from '../process/process-io.ts';

/** The answer as it was typed; null when they left instead (Ctrl-C, Ctrl-D, a closed terminal). */
export async function ask(question: string): Promise<string | null> {
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return await new Promise((resolve) => {
      lines.once('SIGINT', () => lines.close());
      lines.once('close', () => resolve(null));
      lines.question(forTerminal(question), resolve);
    });
  } finally {
    lines.close();
  }
}
