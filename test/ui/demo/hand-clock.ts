/** A clock that stands until it is moved: pretended runs whose every moment is the same each time. */
import type { DemoClock } from '../../../src/ui/demo/clock.ts';

export interface HandClock extends DemoClock {
  /** Moves on; everything that was due meanwhile has happened, in its order. */
  advance(ms: number): Promise<void>;
}

/** Everything that is under way comes to where it waits for the clock. */
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++)
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
};

export function handClock(beginMs = Date.UTC(2026, 10, 23, 12)): HandClock {
  let nowMs = beginMs;
  let count = 0;
  const sleepers = new Set<{ readonly atMs: number; readonly order: number; readonly wake: () => void }>();
  return {
    now: () => nowMs,
    sleep: async (ms, signal) =>
      await new Promise((resolve, reject) => {
        const sleeper = { atMs: nowMs + ms, order: count++, wake: resolve };
        sleepers.add(sleeper);
        const stop = (): void => {
          sleepers.delete(sleeper);
          reject(new Error('stopped'));
        };
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      }),
    async advance(ms) {
      const endMs = nowMs + ms;
      await settled();
      for (;;) {
        const [next] = [...sleepers].toSorted((a, b) => a.atMs - b.atMs || a.order - b.order);
        if (next === undefined || next.atMs > endMs) break;
        sleepers.delete(next);
        nowMs = next.atMs;
        next.wake();
        await settled();
      }
      nowMs = endMs;
    },
  };
}
