/**
 * One text off a filesystem that is mounted read-only for it, in a mount namespace of its own, which ends with the
 * command that reads: nothing stays mounted, even when this process is killed.
 */
import { mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XenwrightError } from '../../errors.ts';
import { exec } from '../process/exec.ts';
import { messageOf, SourceError } from './error.ts';
import { LIMIT_BYTES } from './http.ts';

export const SAFE = 'ro,nosuid,nodev,noexec';
export const MOUNT_MS = 60_000;
/** What the script says once the filesystem is there. */
const IS_MOUNTED = 'xenwright: mounted';
/**
 * Mounts, and copies the file's beginning out; what it says is the reason. 3: the file is not there; 4: it is no
 * ordinary file of that filesystem: a pipe would be waited for, and a link lead to a file of this machine.
 */
const SCRIPT = `mount -t "$1" -o "$2" -- "$3" "$4" || exit 32; echo "${IS_MOUNTED}"; [ -e "$4/$5" ] || exit 3; case $(readlink -f -- "$4/$5") in "$(readlink -f -- "$4")"/*) [ -f "$4/$5" ] || exit 4;; *) exit 4;; esac; exec head -c "$6" -- "$4/$5" >"$7"`;

export interface ReadByMount {
  readonly type: string;
  readonly options: string;
  readonly what: string;
  /** Below its root. */
  readonly file: string;
  readonly signal?: AbortSignal | undefined;
  /** Of mounting and reading together. */
  readonly limitMs?: number;
  /** Says why reading stood still, where it was mounted and time was up. */
  readonly whenStuck?: () => SourceError;
  readonly run?: typeof exec;
}

/** Throws SourceError with what mount or the reading said. */
export async function readByMount({
  type,
  options,
  what,
  file,
  signal,
  limitMs = MOUNT_MS,
  whenStuck,
  run = exec,
}: ReadByMount): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-source-'));
  try {
    await mkdir(join(folder, 'mnt'));
    const copy = join(folder, 'text');
    const words = [type, options, what, join(folder, 'mnt'), file.replace(/^\/+/, ''), String(LIMIT_BYTES + 1), copy];
    const { exitCode } = await run(
      ['unshare', '--mount', '--propagation', 'private', 'sh', '-c', SCRIPT, 'sh', ...words],
      { quiet: true, timeoutMs: limitMs, okCodes: [0, 3, 4] },
      signal === undefined ? {} : { signal },
    );
    if (exitCode === 3) throw noFile();
    if (exitCode === 4) throw new SourceError('source-unreachable.notAFile');
    return await readPlain(copy);
  } catch (error) {
    if (!(error instanceof XenwrightError)) throw error;
    const isMounted = error.lastLines.includes(IS_MOUNTED);
    if (error.code === 'command-timeout')
      throw isMounted && whenStuck !== undefined
        ? whenStuck()
        : new SourceError('source-unreachable.mountSilent', { seconds: limitMs / 1000 }, { mayCome: true });
    if (error.code === 'command-failed')
      throw new SourceError(
        'source-unreachable.mountFailed',
        { reason: reasonFrom(error) || messageOf(error) },
        { mayCome: true },
      );
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that is reached already. */
export async function readPlain(path: string): Promise<string> {
  const stats = await stat(path).catch(() => null);
  if (stats === null) throw noFile();
  if (!stats.isFile()) throw new SourceError('source-unreachable.notAFile');
  if (stats.size > LIMIT_BYTES) throw new SourceError('source-unreachable.fileTooLarge');
  return await readFile(path, 'utf8');
}

function noFile(): SourceError {
  return new SourceError('source-unreachable.noFile', {}, { isAbsent: true });
}

function reasonFrom({ lastLines }: XenwrightError): string {
  return lastLines
    .filter((line) => line !== IS_MOUNTED && !/^\s*dmesg\(1\)/.test(line))
    .map((line) => line.replace(/^mount(\.nfs)?: /, '').trim())
    .filter((line) => line !== '')
    .join(' ');
}
