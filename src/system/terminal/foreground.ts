/** A program that has this terminal to itself, which is given back whole, whatever the program or a guest did to it. */
import { spawn, spawnSync } from 'node:child_process';

/**
 * What a guest's screen may have left on: another screen, an invisible cursor, colours, a character set of lines,
 * reports of the mouse and of pasting, keys of applications, a region that scrolls (whose end moves the cursor).
 */
const AS_BEFORE =
  '\u001b[?1049l\u001b[?25h\u001b[0m\u001b(B\u000f\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?2004l\u001b[?1l\u001b>\u001b7\u001b[r\u001b8';
const SIGNALS = ['SIGINT', 'SIGQUIT', 'SIGTSTP'] as const;

/** Resolves with its exit code; null: it could not be started, or a signal ended it. */
export async function runInForeground(argv: readonly string[]): Promise<number | null> {
  const settings = spawnSync('stty', ['-g'], { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' });
  // They are for the program: we end when it has ended.
  const ignore = (): void => undefined;
  for (const signal of SIGNALS) process.on(signal, ignore);
  try {
    return await new Promise((resolve) => {
      const child = spawn(argv[0] ?? '', argv.slice(1), { stdio: 'inherit' });
      child.on('error', () => resolve(null));
      child.on('exit', (code) => resolve(code));
    });
  } finally {
    for (const signal of SIGNALS) process.off(signal, ignore);
    if (settings.status === 0) spawnSync('stty', [settings.stdout.trim()], { stdio: ['inherit', 'ignore', 'ignore'] });
    if (process.stdout.isTTY === true && process.env['TERM'] !== 'dumb') process.stdout.write(AS_BEFORE);
    process.stdout.write('\r\n');
  }
}
