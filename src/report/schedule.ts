/** When everything will be done, of work that waits for other work and goes on side by side. Pure. */

export interface Left {
  /** With a machine for itself. */
  readonly seconds: number;
  readonly isRunning: boolean;
  /** Work of one lane shares its places. */
  readonly lane: string;
  /** How much of a machine it takes; most take 1. */
  readonly load: number;
  /** Ids; those that are not left are done. */
  readonly needs: readonly string[];
}

/** What a small machine carries without slowing down. */
const CARRIED = 2;

/** How fast each goes on, of what takes so much in all: 1 is with a machine for itself. */
export function speedAt(load: number): number {
  return Math.min(1, CARRIED / load);
}

/**
 * Seconds until the last of `left` is done, if whatever can start does, in its order, on `places` of its lane at a
 * time. What is running keeps its place.
 */
export function timeToFinish(left: ReadonlyMap<string, Left>, places: (lane: string) => number): number {
  const queue = queueOf(left);
  const running = new Map<string, number>();
  const used = new Map<string, number>();
  let load = 0;
  const change = (id: string, by: 1 | -1): void => {
    const work = left.get(id) as Left;
    used.set(work.lane, (used.get(work.lane) ?? 0) + by);
    load += work.load * by;
  };
  const start = (id: string): void => {
    running.set(id, left.get(id)?.seconds ?? 0);
    change(id, 1);
  };
  const startReady = (): void => {
    queue.take((id) => {
      const { lane } = left.get(id) as Left;
      if ((used.get(lane) ?? 0) >= places(lane)) return false;
      start(id);
      return true;
    });
  };
  for (const [id, { isRunning }] of left) if (isRunning) start(id);
  startReady();
  let now = 0;
  while (running.size > 0) {
    const step = Math.min(...running.values());
    now += step / speedAt(load);
    for (const [id, seconds] of running) {
      if (seconds > step) {
        running.set(id, seconds - step);
        continue;
      }
      running.delete(id);
      change(id, -1);
      queue.done(id);
    }
    startReady();
  }
  return now;
}

/** What waits, and what of it is ready, in its order. */
function queueOf(left: ReadonlyMap<string, Left>): {
  done(id: string): void;
  take(tries: (id: string) => boolean): void;
} {
  const waits = new Map<string, number>();
  const waitedBy = new Map<string, string[]>();
  let ready: string[] = [];
  for (const [id, { isRunning, needs }] of left) {
    if (isRunning) continue;
    const open = needs.filter((need) => left.has(need));
    if (open.length === 0) ready.push(id);
    waits.set(id, open.length);
    for (const need of open) waitedBy.set(need, waitedBy.get(need)?.concat(id) ?? [id]);
  }
  return {
    done(id) {
      for (const next of waitedBy.get(id) ?? []) {
        const count = (waits.get(next) ?? 1) - 1;
        waits.set(next, count);
        if (count === 0) ready.push(next);
      }
    },
    take(tries) {
      ready = ready.filter((id) => !tries(id));
    },
  };
}
