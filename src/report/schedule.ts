/** When everything will be done, of work that waits for other work and goes on side by side in lanes. Pure. */

export interface Left {
  readonly seconds: number;
  readonly isRunning: boolean;
  /** Work of one lane shares its places. */
  readonly lane: string;
  /** Ids; those that are not left are done. */
  readonly needs: readonly string[];
}

/**
 * Seconds until the last of `left` is done, if whatever can start does, in its order, on `places` of its lane at a
 * time. What is running keeps its place.
 */
export function timeToFinish(left: ReadonlyMap<string, Left>, places: (lane: string) => number): number {
  const waiting = new Map(
    [...left]
      .filter(([, { isRunning }]) => !isRunning)
      .map(([id, { needs }]) => [id, needs.filter((need) => left.has(need)).length]),
  );
  const waitedBy = new Map<string, string[]>();
  for (const id of waiting.keys())
    for (const need of left.get(id)?.needs ?? [])
      if (left.has(need)) waitedBy.set(need, waitedBy.get(need)?.concat(id) ?? [id]);

  const running: { readonly id: string; readonly until: number }[] = [];
  const used = new Map<string, number>();
  const start = (id: string, now: number): void => {
    const { lane, seconds } = left.get(id) as Left;
    used.set(lane, (used.get(lane) ?? 0) + 1);
    running.push({ id, until: now + seconds });
  };
  for (const [id, { isRunning }] of left) if (isRunning) start(id, 0);
  let ready = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  const startReady = (now: number): void => {
    const blocked: string[] = [];
    for (const id of ready) {
      const { lane } = left.get(id) as Left;
      if ((used.get(lane) ?? 0) < places(lane)) start(id, now);
      else blocked.push(id);
    }
    ready = blocked;
  };
  let now = 0;
  startReady(now);
  while (running.length > 0) {
    let first = 0;
    for (const [index, { until }] of running.entries()) if (until < (running[first]?.until ?? 0)) first = index;
    const [{ id, until } = { id: '', until: 0 }] = running.splice(first, 1);
    now = until;
    const { lane } = left.get(id) as Left;
    used.set(lane, (used.get(lane) ?? 1) - 1);
    for (const next of waitedBy.get(id) ?? []) {
      const count = (waiting.get(next) ?? 1) - 1;
      waiting.set(next, count);
      if (count === 0) ready.push(next);
    }
    startReady(now);
  }
  return now;
}
