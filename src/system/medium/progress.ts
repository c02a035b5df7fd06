/**
 * Progress of a long copy on standard error: one line that redraws itself on a terminal, a line now and then elsewhere.
 * And how it is stopped.
 */
import { english } from '../../i18n/english.ts';
import { EXIT } from '../../errors.ts';

import { LINE_BACK } from '../process/process-io.ts';

export interface ProgressLine {
  progress(doneBytes: number, totalBytes: number): void;
  say(text: string): void;
  end(): void;
}

const TERMINAL_MS = 250;
const PLAIN_MS = 15_000;

export function progressLine(write: (text: string) => void, isTerminal = process.stderr.isTTY === true): ProgressLine {
  const beganMs = Date.now();
  let lastMs = isTerminal ? 0 : beganMs;
  let drawn = false;
  const clear = (): void => {
    if (drawn) write(LINE_BACK);
    drawn = false;
  };
  return {
    progress(doneBytes, totalBytes) {
      const nowMs = Date.now();
      if (nowMs - lastMs < (isTerminal ? TERMINAL_MS : PLAIN_MS)) return;
      lastMs = nowMs;
      const rate = doneBytes / 1_000_000 / Math.max(0.001, (nowMs - beganMs) / 1000);
      const left = rate > 0 ? Math.round((totalBytes - doneBytes) / 1_000_000 / rate) : 0;
      const text = english('cli.copyProgress', {
        percent: String(Math.floor((doneBytes / Math.max(1, totalBytes)) * 100)).padStart(3),
        done: Math.round(doneBytes / 1_048_576),
        total: Math.round(totalBytes / 1_048_576),
        rate: rate.toFixed(0),
        seconds: left,
      });
      write(isTerminal ? `${LINE_BACK}${text}` : `${text}\n`);
      drawn = isTerminal;
    },
    say(text) {
      clear();
      write(`${text}\n`);
    },
    end: clear,
  };
}

/** A signal that Ctrl-C and SIGTERM raise. What does not end by it, whatever the reason, is ended by the second one. */
export function stoppable(): { readonly signal: AbortSignal; end(): void } {
  const abort = new AbortController();
  const stop = (): void => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    abort.abort();
  };
  const names = ['SIGINT', 'SIGTERM'] as const;
  for (const name of names) process.on(name, stop);
  return {
    signal: abort.signal,
    end: () => {
      for (const name of names) process.off(name, stop);
    },
  };
}
