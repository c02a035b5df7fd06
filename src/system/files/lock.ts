/** One run per target: a lock file that names its holder. The lock of a process that is gone is taken over. */
import type { Word } from '../../i18n/phrase.ts';
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, realpath, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EXIT, failure, type XenwrightError } from '../../errors.ts';

export interface Lock {
  readonly path: string;
  release(): Promise<void>;
}
/** A take-over is a matter of milliseconds. */
const TAKEOVER_WAIT_MS = 20;
const ROUNDS = 10;

interface Holder {
  readonly pid: number;
  readonly startTime: string;
  readonly boot: string;
  readonly since: string;
}

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
    await mkdir('/run/xenwright', { recursive: true });
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
  await writeFile(own, self, { mode: 0o644 });
  try {
    for (let round = 0; round < ROUNDS; round++) {
      // link(2) is atomic and never replaces: the lock appears with its holder's name already in it.
      if (await link(own, path).then(() => true, ignoring('EEXIST')))
        return { path, release: () => release(path, self) };
      const seen = await readFile(path, 'utf8').catch(() => null);
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
    if ((await readFile(path, 'utf8').catch(() => null)) === stale) await unlink(path);
  } finally {
    await right.release();
  }
  return true;
}

async function release(path: string, self: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => null)) === self) await unlink(path).catch(() => undefined);
}

function parse(text: string): Holder | null {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return null;
  }
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
