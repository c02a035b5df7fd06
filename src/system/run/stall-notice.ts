/**
 * Says so when something that should move stands still, and when it goes on: nobody wonders at a percentage that does
 * not change.
 */
import type { TellNotice } from '../../i18n/notices.ts';

const FIRST_MS = 10_000;

export interface StallNotice {
  moved(): void;
  end(): void;
}

/**
 * `say` is told after ten seconds without `moved`, then after each time twice as long; and how long it was, once it
 * moves again.
 */
export function stallNotice(what: string, say: TellNotice): StallNotice {
  let sinceMs = Date.now();
  let waitMs = FIRST_MS;
  let timer: NodeJS.Timeout | undefined;
  const seconds = (): number => Math.round((Date.now() - sinceMs) / 1000);
  const wait = (): void => {
    timer = setTimeout(
      () => {
        say('notices.stalled', { what, seconds: seconds() });
        waitMs *= 2;
        wait();
      },
      waitMs - (Date.now() - sinceMs),
    ).unref();
  };
  wait();
  return {
    moved() {
      clearTimeout(timer);
      if (waitMs > FIRST_MS) say('notices.stallOver', { what, seconds: seconds() });
      sinceMs = Date.now();
      waitMs = FIRST_MS;
      wait();
    },
    end() {
      clearTimeout(timer);
    },
  };
}
