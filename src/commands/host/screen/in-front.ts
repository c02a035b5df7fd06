/** A command of Xenwright that has the terminal of the host's screen, and the way back from it. */
import type { Translate } from '../../../i18n/keys.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import { forTerminal } from '../../../system/process/process-io.ts';
import { ownCommand } from '../../../system/process/own-program.ts';
import { runInForeground } from '../../../system/terminal/foreground.ts';
import { showText } from '../../../system/terminal/show-text.ts';

/** Left by Ctrl-C, as a log that is followed. */
const INTERRUPTED = 130;

/** Resolves with its exit code. What it said stays in view until it was read, where it did not just show something. */
export async function inFront(args: readonly string[], t: Translate): Promise<number> {
  const isLog = args.includes('log');
  process.stdout.write(forTerminal(`$ ${commandLine(['xenwright', ...args])}\n`));
  if (isLog) process.stdout.write(forTerminal(`${t('hostScreen.follow')}\n`));
  const code = (await runInForeground(ownCommand(...args))) ?? 1;
  const isShown = args.includes('console') || (isLog && (code === 0 || code === INTERRUPTED));
  if (!isShown || (code !== 0 && code !== INTERRUPTED)) await untilRead(t);
  return isLog && code === INTERRUPTED ? 0 : code;
}

/** What stands on the ordinary screen is in view until a person goes back. */
export async function untilRead(t: Translate): Promise<void> {
  await showText('', { more: '', end: t('hostScreen.back') });
}
