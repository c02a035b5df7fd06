/** Tells who draws, at most so often; between two frames the last one stands. It knows neither React nor the system. */

export interface Frames<Snapshot> {
  /** The last frame; a new object for each. */
  getSnapshot(): Snapshot;
  subscribe(listener: () => void): () => void;
  /** Another frame at once: a key's. */
  publish(): void;
  /** Another frame as soon as it may be. */
  soon(): void;
  close(): void;
}

/** Nobody reads faster, and between two frames there is time for a key's. */
const MOST_FRAMES = 15;

export function framesOf<Snapshot>(framesPerSecond: number, take: () => Snapshot): Frames<Snapshot> {
  const listeners = new Set<() => void>();
  const frameMs = 1_000 / Math.min(MOST_FRAMES, framesPerSecond);
  let snapshot = take();
  let timer: NodeJS.Timeout | null = null;
  let drawnMs = -Infinity;
  const close = (): void => {
    if (timer !== null) clearTimeout(timer);
  };
  const publish = (): void => {
    close();
    timer = null;
    drawnMs = performance.now();
    snapshot = take();
    for (const listener of listeners) listener();
  };
  return {
    publish,
    close,
    getSnapshot: () => snapshot,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
    soon: () => {
      timer ??= setTimeout(publish, Math.max(0, drawnMs + frameMs - performance.now()));
    },
  };
}
