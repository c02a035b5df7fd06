/** Time as a pretended run has it. Whoever runs one says how fast it goes by. */

export interface DemoClock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves when so much of this time has gone by; rejects when the signal says so. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

/** The time of this machine, so many times as fast. */
export function fastClock(speed: number): DemoClock {
  const begunMs = Date.now();
  return {
    now: () => begunMs + (Date.now() - begunMs) * speed,
    sleep: async (ms, signal) =>
      await new Promise((resolve, reject) => {
        const stop = (): void => {
          clearTimeout(timer);
          reject(new Error('stopped'));
        };
        const timer = setTimeout(() => {
          signal.removeEventListener('abort', stop);
          resolve();
        }, ms / speed);
        if (signal.aborted) stop();
        else signal.addEventListener('abort', stop, { once: true });
      }),
  };
}
