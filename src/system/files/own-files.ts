/**
 * Folders and files that are ours alone. What is kept in them is believed when it is read back, and written by root:
 * nobody else may have put it there, or have them lead elsewhere. A file is opened by way of its folder, which is held
 * open: what is done to the names above it between a look and an opening changes nothing.
 */
import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { lstat, mkdir, open, rename, unlink, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { EXIT, failure } from '../../errors.ts';
import {
  accessible,
  foreign,
  isOurs,
  linked,
  mayOthersWrite,
  otherNames,
  USUAL_OPTION,
  writable,
} from './ownership.ts';

/** What is longer was not written by us; and a text has a longest length. */
const LONGEST_BYTES = 256 * 1024 * 1024;
const FOLDER = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const WRITES = constants.O_WRONLY | constants.O_RDWR;

export interface OwnOptions {
  /** What names another place, for hints: an option or a variable with its word. Default: `--state FOLDER`. */
  readonly option?: string;
  /** The folder that the file lies in may be anybody's: the one that somebody has named a file in, such as /tmp. */
  readonly isAnyFolder?: boolean;
}

/**
 * Makes it where it is missing, for its owner alone unless `mode` says more, and gives its path. Throws `folder-unsafe`
 * (exit 4) for one that is a link or no folder, that belongs to somebody else, or that others can write to; also where
 * a link on the way to it is somebody else's.
 */
export async function makeFolder(
  path: string,
  { mode = 0o700, ...options }: OwnOptions & { readonly mode?: number } = {},
): Promise<string> {
  await refuseUnsafeFolder(path, options);
  await mkdir(path, { recursive: true, mode }).catch((error: unknown) => {
    throw accessible(error, path, options.option);
  });
  await refuseUnsafeFolder(path, options);
  return path;
}

/** The same of a folder that is only looked into. One that is not there is no harm. */
export async function refuseUnsafeFolder(path: string, options: OwnOptions = {}): Promise<void> {
  const whole = resolve(path);
  for (let above = dirname(whole); above !== dirname(above); above = dirname(above)) {
    const stats = await statsOf(above);
    // What the administrator links is meant; others may have had it made to lead us elsewhere.
    if (stats?.isSymbolicLink() === true && !(await isOurs(stats, dirname(above))))
      throw foreign(above, stats, options.option);
  }
  const stats = await statsOf(whole);
  if (stats === null) return;
  if (stats.isSymbolicLink()) throw await linked(path, options.option);
  await refuseUnsafeStats(path, stats, whole, options);
}

/** The same of a folder as it was found. `at`: a name by which it is reached now. */
async function refuseUnsafeStats(
  path: string,
  stats: Stats,
  at: string,
  { option = USUAL_OPTION }: OwnOptions,
): Promise<void> {
  if (!stats.isDirectory()) throw failure('folder-unsafe.noFolder', EXIT.refused, { path, option });
  if (!(await isOurs(stats, at))) throw foreign(path, stats, option);
  if (mayOthersWrite(stats)) throw writable(path, stats, option);
}

/**
 * Opens a file of such a folder; a link is never followed, and nothing is waited for. Throws `folder-unsafe` (exit 4)
 * where it is a link, no ordinary file, or somebody else's, where its folder is, and where it is to be written and has
 * other names, too.
 */
export async function openOwn(
  path: string,
  flags: number,
  { mode = 0o600, ...options }: OwnOptions & { readonly mode?: number } = {},
): Promise<FileHandle> {
  return await inFolderOf(path, options, (via) => openVia(via, path, flags, mode, options));
}

async function openVia(
  via: string,
  path: string,
  flags: number,
  mode: number,
  { option = USUAL_OPTION }: OwnOptions,
): Promise<FileHandle> {
  const noFile = (): Error => failure('folder-unsafe.noFile', EXIT.refused, { path, option });
  const file = await open(via, flags | constants.O_NOFOLLOW | constants.O_NONBLOCK, mode).catch(
    async (error: NodeJS.ErrnoException) => {
      if (error.code === 'ELOOP') throw await linked(path, option);
      if (error.code === 'EISDIR' || error.code === 'ENXIO') throw noFile();
      throw accessible(error, path, option);
    },
  );
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw noFile();
    if (!(await isOurs(stats, dirname(via)))) throw foreign(path, stats, option);
    if (mayOthersWrite(stats)) throw writable(path, stats, option);
    // Made before the folder was ours alone, it may be a name of another of our files, which must not be written to.
    if ((flags & WRITES) !== 0 && stats.nlink > 1) throw otherNames(path, option);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** The bytes of such a file; null where there is none. Throws `folder-unsafe` (exit 4). */
export async function readOwn(
  path: string,
  { limitBytes = LONGEST_BYTES, option = USUAL_OPTION, ...rest }: OwnOptions & { readonly limitBytes?: number } = {},
): Promise<Buffer | null> {
  let file: FileHandle;
  try {
    file = await openOwn(path, constants.O_RDONLY, { option, ...rest });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR')
      return null;
    throw error;
  }
  try {
    const { size } = await file.stat();
    if (size > limitBytes)
      throw failure('folder-unsafe.long', EXIT.refused, {
        ...{ path, option },
        limitMiB: Math.floor(limitBytes / 1048576),
      });
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/**
 * Writes such a file whole or not at all, for its owner alone. A link by its name is not followed, nor one that takes
 * its place meanwhile (write-file-atomic would follow it). Throws `folder-unsafe` (exit 4).
 */
export async function writeOwn(
  path: string,
  text: string,
  { fsync = true, ...options }: OwnOptions & { readonly fsync?: boolean } = {},
): Promise<void> {
  await inFolderOf(path, options, async (via) => {
    const before = await openVia(via, path, constants.O_RDONLY, 0, options).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    const owner = await before?.stat().finally(() => before.close());
    const beside = `${via}.${randomUUID().slice(0, 8)}`;
    const file = await open(beside, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600).catch(
      (error: unknown) => {
        throw accessible(error, path, options.option);
      },
    );
    try {
      await file.writeFile(text);
      // Root's that was a user's stays the user's. A share may not let it.
      if (owner !== undefined) await file.chown(owner.uid, owner.gid).catch(() => undefined);
      if (fsync) await file.sync();
      await file.close();
      await rename(beside, via);
    } catch (error) {
      await file.close().catch(() => undefined);
      await unlink(beside).catch(() => undefined);
      throw error;
    }
  });
}

/** Makes such a file, empty, where it is missing: one that another program then writes. Throws `folder-unsafe` (exit 4). */
export async function claimOwn(path: string, options: OwnOptions = {}): Promise<string> {
  await (await openOwn(path, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, options)).close();
  return path;
}

/**
 * Writes a file that somebody has named, whole or not at all, for its owner alone. Their own links are followed; throws
 * `folder-unsafe` (exit 4) for those of others, which they may have put where it was to be written.
 */
export async function writeNamed(path: string, text: string): Promise<void> {
  const stats = await statsOf(path);
  if (stats?.isSymbolicLink() === true && !(await isOurs(stats, dirname(resolve(path)))))
    throw await linked(path, join('FOLDER', basename(path)));
  await writeFileAtomic(path, text, { mode: 0o600 });
}

/** Holds the folder of `path` open, and gives a name of the file by way of it. */
async function inFolderOf<T>(path: string, options: OwnOptions, use: (via: string) => Promise<T>): Promise<T> {
  const folder = dirname(resolve(path));
  const above = await open(folder, options.isAnyFolder === true ? FOLDER & ~constants.O_NOFOLLOW : FOLDER).catch(
    async (error: NodeJS.ErrnoException) => {
      if ((await statsOf(folder))?.isSymbolicLink() === true) throw await linked(folder, options.option);
      throw accessible(error, folder, options.option);
    },
  );
  const held = `/proc/self/fd/${above.fd}`;
  try {
    if (options.isAnyFolder !== true) await refuseUnsafeStats(folder, await above.stat(), held, options);
    return await use(join(held, basename(path)));
  } catch (error) {
    // People know the folder by its name.
    if (error instanceof Error) error.message = error.message.replaceAll(held, folder);
    throw error;
  } finally {
    await above.close();
  }
}

async function statsOf(path: string): Promise<Stats | null> {
  return await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw accessible(error, path);
  });
}
