/**
 * Standard output that never holds up a run. Node writes to terminals and pipes synchronously: a reader that stands
 * still (Ctrl-S, a pager, a dead SSH session) would stop the engine. So a small process stands between, and waits in
 * our place.
 */
import { spawn } from 'node:child_process';
import { fstatSync, writeSync } from 'node:fs';

export interface Output {
  write(text: string): void;
  /** Resolves when all is out, or when the reader has stood still for `patienceMs`. */
  close(patienceMs?: number): Promise<void>;
}

/** What may wait for a reader; more is dropped (the events file has all of it). */
const LIMIT_BYTES = 32 * 1024 * 1024;
const PATIENCE_MS = 5_000;

/** Tells `also` whatever is written. */
export function mirrored(output: Output, also: ((text: string) => void) | undefined): Output {
  if (also === undefined) return output;
  return {
    write: (text) => {
      output.write(text);
      also(text);
    },
    close: async (patienceMs) => await output.close(patienceMs),
  };
}

/** Opens standard output (or another descriptor) for a run. */
export function openOutput(descriptor = 1): Output {
  // A file never stands still.
  if (fstatSync(descriptor).isFile())
    return {
      write: (text) => {
        writeSync(descriptor, text);
      },
      close: async () => undefined,
    };
  // A session of its own: Ctrl-C at the terminal is for us, not for it.
  const pump = spawn('cat', [], { stdio: ['pipe', descriptor, 'ignore'], detached: true });
  const { stdin } = pump;
  if (stdin === null) throw new Error('a pipe was asked for');
  let isGone = false;
  const gone = (): void => {
    isGone = true;
  };
  pump.on('error', gone);
  pump.on('exit', gone);
  stdin.on('error', gone);
  return {
    write(text) {
      if (!isGone && stdin.writableLength < LIMIT_BYTES) stdin.write(text);
    },
    async close(patienceMs = PATIENCE_MS) {
      if (isGone) return;
      const ended = new Promise<void>((resolve) => {
        pump.once('exit', () => resolve());
      });
      stdin.end();
      let waiting = -1;
      while (!isGone && waiting !== stdin.writableLength) {
        waiting = stdin.writableLength;
        await Promise.race([
          ended,
          new Promise((resolve) => {
            setTimeout(resolve, patienceMs).unref();
          }),
        ]);
      }
      if (!isGone) pump.kill('SIGKILL');
      stdin.destroy();
      pump.unref();
    },
  };
}
