/**
 * Folders and files that are ours alone. What is kept in them is believed when it is read back, and written by root:
 * nobody else may have put it there, or have them lead elsewhere.
 */
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, readlink, type FileHandle } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { EXIT, failure, type XenwrightError } from '../../errors.ts';
import { commandLine } from '../../plan/shell-words.ts';

const BY_GROUP = 0o020;
const BY_ALL = 0o002;
const PERMISSIONS = 0o7777;
const LONGEST_BYTES = 512 * 1024 * 1024;

/**
 * Makes it where it is missing, for its owner alone, and gives its path. Throws `folder-unsafe` (exit 4) for one that
 * is a link or no folder, that belongs to somebody else, or that others can write to; also where a link on the way to
 * it is somebody else's.
 */
export async function makeFolder(path: string): Promise<string> {
  await refuseUnsafeFolder(path);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await refuseUnsafeFolder(path);
  return path;
}

/** The same of a folder that is only looked into. One that is not there is no harm. */
export async function refuseUnsafeFolder(path: string): Promise<void> {
  const whole = resolve(path);
  for (let above = dirname(whole); above !== dirname(above); above = dirname(above)) {
    const stats = await statsOf(above);
    // What the administrator links is meant; others may have had it made to lead us elsewhere.
    if (stats?.isSymbolicLink() === true && !isOurs(stats)) throw foreign(above, stats);
  }
  const stats = await statsOf(whole);
  if (stats === null) return;
  if (stats.isSymbolicLink()) throw await linked(path);
  if (!stats.isDirectory()) throw failure('folder-unsafe.noFolder', EXIT.refused, { path });
  if (!isOurs(stats)) throw foreign(path, stats);
  if (mayOthersWrite(stats)) throw writable(path, stats);
}

/**
 * Opens a file of such a folder; a link is never followed. Throws `folder-unsafe` (exit 4) where it is a link, no
 * ordinary file, or somebody else's.
 */
export async function openOwn(path: string, flags: number, mode = 0o600): Promise<FileHandle> {
  const file = await open(path, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode).catch(
    async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ELOOP') throw await linked(path);
      if (error.code === 'EISDIR' || error.code === 'ENXIO')
        throw failure('folder-unsafe.noFile', EXIT.refused, { path });
      throw error;
    },
  );
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw failure('folder-unsafe.noFile', EXIT.refused, { path });
    if (!isOurs(stats)) throw foreign(path, stats);
    if (mayOthersWrite(stats)) throw writable(path, stats);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The bytes of such a file; null where there is none. Throws `folder-unsafe` (exit 4). */
export async function readOwn(path: string): Promise<Buffer | null> {
  let file: FileHandle;
  try {
    file = await openOwn(path, constants.O_RDONLY);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
      return null;
    throw error;
  }
  try {
    const { size } = await file.stat();
    if (size > LONGEST_BYTES) throw failure('folder-unsafe.noFile', EXIT.refused, { path });
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Writes such a file whole or not at all, for its owner alone. A link by its name is not followed. Throws
 * `folder-unsafe` (exit 4).
 */
export async function writeOwn(path: string, text: string, options: { readonly fsync?: boolean } = {}): Promise<void> {
  const there = await statsOf(path);
  if (there !== null) await (await openOwn(path, constants.O_RDONLY)).close();
  await writeFileAtomic(path, text, { mode: 0o600, ...options });
}

async function statsOf(path: string): Promise<Stats | null> {
  return await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
}

/** Root's is everybody's: whoever is root needs no tricks. So is that of whoever has become root by sudo. */
function isOurs({ uid }: Stats): boolean {
  return (
    uid === 0 || uid === process.getuid?.() || (process.getuid?.() === 0 && String(uid) === process.env['SUDO_UID'])
  );
}

/** A group of one's own has nobody else in it, and some systems let it write by default. */
function mayOthersWrite({ mode, gid }: Stats): boolean {
  return (mode & BY_ALL) !== 0 || ((mode & BY_GROUP) !== 0 && gid !== 0 && gid !== process.getgid?.());
}

function writable(path: string, { mode }: Stats): XenwrightError {
  return failure('folder-unsafe.writable', EXIT.refused, {
    path,
    mode: (mode & PERMISSIONS).toString(8).padStart(4, '0'),
    command: commandLine(['chmod', 'go-w', path]),
  });
}

function foreign(path: string, { uid }: Stats): XenwrightError {
  return failure('folder-unsafe.owner', EXIT.refused, {
    ...{ path, owner: uid },
    command: commandLine(['chown', '-R', 'root:', path]),
  });
}

async function linked(path: string): Promise<XenwrightError> {
  return failure('folder-unsafe.link', EXIT.refused, {
    ...{ path, target: await readlink(path).catch(() => '?') },
    command: commandLine(['rm', path]),
  });
}
