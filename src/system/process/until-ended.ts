/** For work that must be put right before this process ends: what would end it is told by a signal instead. */

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** `signal` is aborted by Ctrl-C, SIGTERM or the loss of the terminal. */
export async function untilEnded<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  for (const name of ENDING) process.on(name, stop);
  try {
    return await work(abort.signal);
  } finally {
    for (const name of ENDING) process.off(name, stop);
  }
}
