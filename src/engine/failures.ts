/** What is thrown, as events carry it; and the engine's own refusals. */
import { errorMessages } from '../i18n/translate-events.ts';
import { diskFull, EXIT, failure, wordsOf, XenwrightError, type ErrorId } from '../errors.ts';
import type { Message } from '../i18n/phrase.ts';
import type { Values } from '../i18n/said.ts';
import type { EventError } from './events.ts';

/** Of a thrown error what an event carries of it; of a fault where it came from. */
export function eventError(thrown: unknown): EventError {
  if (thrown instanceof XenwrightError) {
    const { code, message, command, lastLines, hint, said } = thrown;
    return {
      code,
      message,
      ...(command === undefined ? {} : { command }),
      ...(lastLines.length === 0 ? {} : { lastLines }),
      ...(hint === undefined ? {} : { hint }),
      ...(said === undefined ? {} : { said }),
    };
  }
  const { code, path } = thrown as { readonly code?: unknown; readonly path?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return eventError(diskFull(typeof path === 'string' ? path : { key: 'errors.disk-full.file' }));
  return worded('internal-fault', {
    fault: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  });
}

/** An error that nobody has thrown. */
function worded(id: ErrorId, values: Values = {}): EventError {
  return wordsOf(id, values);
}

/** The journal could not be written, for what was thrown then. */
export function journalError(thrown: unknown): EventError {
  const cause = eventError(thrown);
  return { ...cause, ...worded('journal-failed', { reason: errorMessages(cause).message }) };
}

export const watchdogError = (limitMs: number): EventError =>
  worded('watchdog', { seconds: Math.round(limitMs / 1000) });

export const stoppedError: EventError = worded('interrupted.withRun');

/** For what a kill left without its `action.finished`. */
export const killedError: EventError = worded('interrupted.underWay');

export const skippedError = (need: string): EventError => worded('need-failed', { need });

/** `startAgain`: the command that gives up what is there. */
export function unfinishedRun(startAgain: Message): XenwrightError {
  return failure('unfinished-run.target', EXIT.action, { startAgain });
}

/** `before`, `now`: hashes of the plans; `complete`: the earlier run came to its end. */
export function otherPlan(before: string, now: string, complete: boolean, startAgain: Message): XenwrightError {
  const values = { before: before.slice(0, 12), now: now.slice(0, 12), startAgain };
  return failure(complete ? 'already-installed.otherPlan' : 'other-plan.resume', EXIT.refused, values);
}
