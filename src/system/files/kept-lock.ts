/**
 * A lock of flock(2) that this process holds, as the host's own scripts do: Node.js has no such call, so flock(1) holds
 * it, for as long as this process lives.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface KeptLock {
  release(): Promise<void>;
}

/** Null: somebody else has it for longer than `waitMs`. */
export async function keepLock(path: string, waitMs: number): Promise<KeptLock | null> {
  await mkdir(dirname(path), { recursive: true });
  // cat ends when this process does, however that ends: then its standard input is at its end.
  const keeper = spawn('flock', ['--timeout', String(waitMs / 1000), path, 'sh', '-c', 'echo held; exec cat >&2'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    // Ctrl-C at the terminal is for whoever works there.
    detached: true,
  });
  const ended = once(keeper, 'exit').catch(() => undefined);
  const isHeld = await Promise.race([once(keeper.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!isHeld) return null;
  keeper.stdin.on('error', () => undefined);
  return {
    async release() {
      keeper.stdin.end();
      await ended;
    },
  };
}
