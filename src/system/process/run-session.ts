/**
 * A program that has this terminal for itself, and tells beside it, line by line on its descriptor 3, how far it is. It
 * ends when this process ends, however that ends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { endingWith } from './exec.ts';

const MOST_LINE = 2_000;
/** What a person types at the terminal is for the program there. */
const TYPED = ['SIGINT', 'SIGQUIT'] as const;
/** These end this process; the program ends first, so that what is open can be closed. */
const ENDING = ['SIGTERM', 'SIGHUP'] as const;

/** Is there a terminal, in which a shell can have jobs? */
export function hasTerminal(): boolean {
  return process.stdin.isTTY === true;
}

/**
 * `hasJobs`: it makes itself the terminal's foreground, and whoever does that in a process namespace cannot give it
 * back: a shell outside does. Null: it was ended by a signal.
 */
export async function runSession(
  argv: readonly string[],
  hasJobs: boolean,
  onLine: (line: string) => void,
): Promise<{ readonly exitCode: number | null; readonly wasEnded: boolean }> {
  const ending = ['setpriv', '--pdeathsig', 'KILL', '--', ...argv];
  const inside = hasJobs ? ['sh', '-m', '-c', '"$@"; exit "$?"', 'sh', ...ending] : argv;
  const [command = '', ...words] = ['setpriv', ...endingWith(process.pid, inside, 'KILL')];
  const path = `${process.env['PATH'] ?? ''}:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin:/bin`;
  const child = spawn(command, words, {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { PATH: path, TERM: process.env['TERM'] ?? 'dumb', LC_ALL: 'C' },
  });
  let wasEnded = false;
  const ignore = (): void => undefined;
  const end = (): void => {
    wasEnded = true;
    child.kill('SIGKILL');
  };
  for (const signal of TYPED) process.on(signal, ignore);
  for (const signal of ENDING) process.on(signal, end);
  try {
    const lines = createInterface({ input: child.stdio[3] as Readable });
    lines.on('line', (line) => onLine(line.slice(0, MOST_LINE)));
    const [exitCode] = (await once(child, 'close')) as [number | null];
    return { exitCode, wasEnded };
  } finally {
    for (const signal of TYPED) process.off(signal, ignore);
    for (const signal of ENDING) process.off(signal, end);
  }
}
