/**
 * A command of our own in a process of its own, with a session of its own: a screen that is closed, or a connection
 * that is lost, does not end it in the middle.
 */
import { spawn } from 'node:child_process';
import { ownCommand } from './own-program.ts';

const MOST_LINE = 4_000;

/** Resolves with its exit code when it has ended. `onLine`: of what it says, as it comes; not cleaned. */
export async function runBehind(args: readonly string[], onLine: (line: string) => void): Promise<number> {
  const [executable = '', ...words] = ownCommand(...args);
  return await new Promise((resolve, reject) => {
    const child = spawn(executable, words, { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = (lines.pop() ?? '').slice(-MOST_LINE);
        for (const line of lines) if (line !== '') onLine(line.slice(0, MOST_LINE));
      });
      stream.on('end', () => {
        if (rest !== '') onLine(rest);
      });
    }
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 128));
    // Whoever leaves the screen does not wait for it.
    child.unref();
  });
}
