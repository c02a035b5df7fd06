/** What is thrown, as events carry it; and the engine's own refusals. */
import { diskFull, EXIT, XenwrightError } from '../errors.ts';
import type { EventError } from './events.ts';

export function eventError(thrown: unknown): EventError {
  if (thrown instanceof XenwrightError) {
    return {
      code: thrown.code,
      message: thrown.message,
      ...(thrown.command === undefined ? {} : { command: thrown.command }),
      ...(thrown.lastLines.length === 0 ? {} : { lastLines: thrown.lastLines }),
      ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
    };
  }
  const { code, path } = thrown as { readonly code?: unknown; readonly path?: unknown };
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return eventError(diskFull(typeof path === 'string' ? path : 'a file of this run'));
  return {
    code: 'internal-fault',
    message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    hint: 'this is a fault of Xenwright itself; please report it with the log',
  };
}

export const watchdogError = (limitMs: number): EventError => ({
  code: 'watchdog',
  message: `no end after ${Math.round(limitMs / 1000)} s`,
  hint: 'the machine or a disk may be stuck; the log has the output so far; go on with --resume',
});

export const stoppedError: EventError = {
  code: 'interrupted',
  message: 'stopped with the run',
  hint: 'go on with --resume',
};

/** For what a kill left without its `action.finished`. */
export const killedError: EventError = {
  code: 'interrupted',
  message: 'the run was interrupted while this was under way; it is done again now',
};

export const skippedError = (need: string): EventError => ({
  code: 'need-failed',
  message: `it needs ${need}, which is not done`,
});

/** `startAnew`: the command that gives up what is there. */
export function unfinishedRun(startAgain: string): XenwrightError {
  return new XenwrightError({
    code: 'unfinished-run',
    exit: EXIT.action,
    message: 'an earlier run on this target was not finished',
    hint: `go on with --resume; or, to start anew and lose what that run has written:  ${startAgain}`,
  });
}

export function otherPlan(before: string, now: string, complete: boolean, startAgain: string): XenwrightError {
  return complete
    ? new XenwrightError({
        code: 'already-installed',
        exit: EXIT.refused,
        message: `this target carries a finished install (plan ${before.slice(0, 12)}); the profile now gives plan ${now.slice(0, 12)}`,
        hint: `a finished host is never reinstalled by accident; if you mean it:  ${startAgain}`,
      })
    : new XenwrightError({
        code: 'other-plan',
        exit: EXIT.refused,
        message: `the run to resume has the plan ${before.slice(0, 12)}; the profile now gives plan ${now.slice(0, 12)}`,
        hint: `resume with the same profile and options; or, to start anew and lose what that run has written:  ${startAgain}`,
      });
}
