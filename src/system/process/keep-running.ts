/** A program that keeps something open for this process, and closes it in its own time when this process ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const MOST_LINE = 500;

/**
 * Resolves with its first line. It has a session of its own, so nothing typed ends it, and its standard input is closed
 * by `end`, or by the end of this process, whatever ends that. `end` resolves when it has ended.
 */
export async function keepRunning(argv: readonly string[]): Promise<{ readonly said: string; end(): Promise<void> }> {
  const path = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;
  const child = spawn(argv[0] ?? '', argv.slice(1), {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
    env: { PATH: path, LC_ALL: 'C' },
  });
  const ended = once(child, 'close').catch(() => undefined);
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line').then(([line]) => String(line)), ended.then(() => '')]);
  return {
    said: first.slice(0, MOST_LINE),
    async end() {
      child.stdin.end();
      await ended;
    },
  };
}
