/** One run per target: a lock file that names its holder. The lock of a process that is gone is taken over. */
import type { Word } from '../../i18n/phrase.ts';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, readFile, realpath, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import * as z from 'zod';
import { EXIT, failure, type XenwrightError } from '../../errors.ts';
import { parseJson } from '../../facts/lsblk.ts';
import { makeFolder } from './own-files.ts';

export interface Lock {
  readonly path: string;
  release(): Promise<void>;
}
/** A take-over is a matter of milliseconds. */
const TAKEOVER_WAIT_MS = 20;
const ROUNDS = 10;

/** A lock is longer than none of ours is. */
const LONGEST_BYTES = 4096;

const holderSchema = z.object({ pid: z.int().positive(), startTime: z.string(), boot: z.string(), since: z.string() });
type Holder = z.infer<typeof holderSchema>;

/**
 * Locks an image (beside it) or a disk (under /run/xenwright), whatever name it was given by. Throws `target-locked`,
 * exit 4.
 */
export async function lockTarget(target: string): Promise<Lock> {
  const given = resolve(target);
  // An image need not exist yet: then its folder's real name decides.
  const real = await realpath(given).catch(async () =>
    join(await realpath(dirname(given)).catch(() => dirname(given)), basename(given)),
  );
  if (real.startsWith('/dev/')) {
    await makeFolder('/run/xenwright', { mode: 0o755 });
    return await acquireLock(`/run/xenwright/${real.slice(1).replaceAll('/', '-')}.lock`, target);
  }
  return await acquireLock(`${real}.lock`, target);
}

/** Takes the lock at `path`; `what` is named to people. */
export async function acquireLock(path: string, what: Word): Promise<Lock> {
  const self = JSON.stringify({
    pid: process.pid,
    startTime: await startTime(process.pid),
    boot: await bootId(),
    since: new Date().toISOString(),
  } satisfies Holder);
  const own = `${path}.${randomUUID()}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(own, self, { mode: 0o644, flag: 'wx' });
  try {
    for (let round = 0; round < ROUNDS; round++) {
      // link(2) is atomic and never replaces: the lock appears with its holder's name already in it.
      if (await link(own, path).then(() => true, ignoring('EEXIST')))
        return { path, release: () => release(path, self) };
      const seen = await readLock(path);
      if (seen === null) continue;
      const holder = parse(seen);
      if (holder !== null && (await isAlive(holder))) throw locked(what, path, holder);
      if (!(await takeAway(path, seen))) await setTimeout(TAKEOVER_WAIT_MS);
    }
  } finally {
    await unlink(own).catch(() => undefined);
  }
  throw locked(what, path, null);
}

/**
 * Removes a stale lock. One process at a time may: a lock that was seen stale and removed later could be a fresh one by
 * then. False: somebody else is at it.
 */
async function takeAway(path: string, stale: string): Promise<boolean> {
  const right = await acquireLock(`${path}.takeover`, path).catch(() => null);
  if (right === null) return false;
  try {
    if ((await readLock(path)) === stale) await unlink(path);
  } finally {
    await right.release();
  }
  return true;
}

async function release(path: string, self: string): Promise<void> {
  if ((await readLock(path)) === self) await unlink(path).catch(() => undefined);
}

/**
 * What a lock says; null where there is none, or what no lock is: others may write where an image lies. Neither a link
 * is followed nor a pipe waited for.
 */
async function readLock(path: string): Promise<string | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const stats = await file.stat();
    return stats.isFile() && stats.size <= LONGEST_BYTES ? await file.readFile('utf8') : null;
  } finally {
    await file.close();
  }
}

/** Null: in ruins, or none of ours. */
function parse(text: string): Holder | null {
  return holderSchema.safeParse(parseJson(text)).data ?? null;
}

/** A pid alone is not enough: it may have been given to another process since, or come from before a reboot. */
async function isAlive(holder: Holder): Promise<boolean> {
  return (
    holder.boot === (await bootId()) && holder.startTime !== '' && holder.startTime === (await startTime(holder.pid))
  );
}

/**
 * Field 22 of /proc/PID/stat (proc_pid_stat(5)); counted after the name, which may hold spaces and brackets. Empty: no
 * such process.
 */
async function startTime(pid: number): Promise<string> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  // A zombie holds nothing any more.
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}

async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

const ignoring =
  (code: string) =>
  (error: NodeJS.ErrnoException): false => {
    if (error.code === code) return false;
    throw error;
  };

function locked(what: Word, path: string, holder: Holder | null): XenwrightError {
  return holder === null
    ? failure('target-locked.unknown', EXIT.refused, { what, lock: path })
    : failure('target-locked.known', EXIT.refused, { what, process: holder.pid, since: holder.since, lock: path });
}
