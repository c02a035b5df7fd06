/**
 * Carries out one action within its time: the watchdog aborts it, and nothing that ignores the abort can hold up the
 * run.
 */
import type { Executor, ExecutorEvents } from '../actions/kind.ts';
import type { Action } from '../plan/action.ts';
import type { EventError } from './events.ts';
import { eventError, stoppedError, watchdogError } from './failures.ts';

/** setTimeout takes no more. */
const LONGEST_MS = 2 ** 31 - 1;

/** Resolves to what went wrong, or undefined. After an abort the action has `graceMs` to end; then it is given up. */
export async function runWithin(
  executor: Executor,
  action: Action,
  events: ExecutorEvents,
  signal: AbortSignal,
  limitMs: number,
  graceMs: number,
): Promise<EventError | undefined> {
  const watchdog = new AbortController();
  const either = AbortSignal.any([signal, watchdog.signal]);
  const timers = [setTimeout(() => watchdog.abort(), Math.min(limitMs, LONGEST_MS))];
  const givenUp = new Promise<never>((_, reject) => {
    const afterGrace = (): void => {
      timers.push(setTimeout(() => reject(new Error('given up')), graceMs));
    };
    if (either.aborted) afterGrace();
    else either.addEventListener('abort', afterGrace, { once: true });
  });
  try {
    await Promise.race([executor.run(action, events, either), givenUp]);
    return undefined;
  } catch (thrown) {
    if (watchdog.signal.aborted) {
      const { code: _, hint: _hint, message: _message, ...details } = eventError(thrown);
      return { ...watchdogError(limitMs), ...details };
    }
    return signal.aborted ? stoppedError : eventError(thrown);
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}
