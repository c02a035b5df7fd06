/** `medium serve` as a test runs it: in this process, on a port of its own, until it is stopped. */
import { serve, type ServeOptions } from '../../src/commands/medium/serve/run.ts';

export interface Serving {
  /** Its address, once it listens. Rejects where it does not come that far. */
  readonly base: Promise<string>;
  /** Ends it, and gives its exit code; 0 where it failed. */
  stop(): Promise<number>;
}

/** What it says is added to `said`. */
export function serving(folder: string, options: ServeOptions, said: string[]): Serving {
  const end = new AbortController();
  const { promise: base, resolve, reject } = Promise.withResolvers<string>();
  const out = (text: string): void => {
    said.push(text);
    const found = /at (http:\S+)\/ /.exec(text)?.[1];
    if (found !== undefined) resolve(found);
  };
  const running = serve(
    folder,
    { listen: '127.0.0.1:0', until: end.signal, ...options },
    { out, err: out, readText: async () => '', interactive: false },
  );
  running.catch(reject);
  return {
    base,
    stop: async () => {
      end.abort();
      return await running.catch(() => 0);
    },
  };
}
