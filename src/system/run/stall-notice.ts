/**
 * Says so when something that should move stands still, and when it goes on: nobody wonders at a percentage that does
 * not change.
 */

const FIRST_MS = 10_000;

export interface StallNotice {
  moved(): void;
  end(): void;
}

/**
 * `say` is told after ten seconds without `moved`, then after each time twice as long; and how long it was, once it
 * moves again.
 */
export function stallNotice(what: string, say: (text: string) => void): StallNotice {
  let sinceMs = Date.now();
  let waitMs = FIRST_MS;
  let timer: NodeJS.Timeout | undefined;
  const seconds = (): number => Math.round((Date.now() - sinceMs) / 1000);
  const wait = (): void => {
    timer = setTimeout(
      () => {
        say(`nothing has come from ${what} for ${seconds()} s; waiting`);
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
      if (waitMs > FIRST_MS) say(`${what} goes on after ${seconds()} s`);
      sinceMs = Date.now();
      waitMs = FIRST_MS;
      wait();
    },
    end() {
      clearTimeout(timer);
    },
  };
}
