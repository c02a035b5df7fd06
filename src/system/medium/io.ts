/**
 * Opens what an image is copied from and to: files, devices, addresses. Devices are read, and targets written, past the
 * page cache.
 */
import { constants } from 'node:fs';
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFull, EXIT, failure, reasonOf, XenwrightError } from '../../errors.ts';
import type { TextKey } from '../../i18n/keys.ts';
import type { OpenSource, OpenTarget } from '../../medium/copy/byte-source.ts';
import { exec } from '../process/exec.ts';
import { openHttpSource } from './http.ts';

/** Direct writes are whole blocks of the largest kind of disk. */
const BLOCK_BYTES = 4096;
/** A disc's sector. Read through the page cache, a bad one would take its neighbours of the same page with it. */
const SECTOR_BYTES = 2048;

/** What reading a file on a network filesystem says of the network, and not of the file. */
const LOST = new Set(['ETIMEDOUT', 'ESTALE', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EHOSTDOWN']);

/** A path of a file or a device, or an http(s) address; `name`: as people know it. Throws `medium-unreachable` (exit 6). */
export async function openSource(source: string, signal: AbortSignal, name = source): Promise<OpenSource> {
  if (/^https?:\/\//.test(source)) return await openHttpSource(source, signal);
  try {
    const { isDevice, sizeBytes } = await sizeOf(source);
    const plain = await open(source, 'r');
    const direct = isDevice ? await open(source, constants.O_RDONLY | constants.O_DIRECT).catch(() => null) : null;
    return {
      sizeBytes,
      read: async (into, offset) => {
        if (direct === null || !isAligned(into, offset, SECTOR_BYTES))
          return await readFully(plain, into, offset).catch((error: unknown) => {
            throw lostServer(error, name) ?? error;
          });
        await readFully(direct, into, offset).catch(async (error: unknown) => {
          // A disk whose blocks are larger than a disc's sectors.
          if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
          await readFully(plain, into, offset);
        });
      },
      close: async () => {
        await Promise.all([plain.close(), direct?.close()]);
      },
    };
  } catch (error) {
    const key = REASONS[(error as NodeJS.ErrnoException).code ?? ''];
    const reason = key === undefined ? reasonOf(error) : { key };
    throw failure('medium-unreachable.local', EXIT.source, { source: name, reason }, { cause: error });
  }
}

/** Why a medium cannot be opened, by the code of the error, where its own words say too little. */
const REASONS: Readonly<Record<string, TextKey>> = {
  ENOMEDIUM: 'errors.medium-unreachable.reasons.noDisc',
  ENOTBLK: 'errors.medium-unreachable.reasons.neither',
};

/** A file on a server that no longer answers; null for any other error. */
export function lostServer(error: unknown, source: string): XenwrightError | null {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined || !LOST.has(code)) return null;
  return failure('medium-unreachable.lost', EXIT.source, { name: source, reason: reasonOf(error) }, { cause: error });
}

/** A device that is there, or a file; `fresh` begins a file again. */
export async function openTarget(path: string, sizeBytes: number, fresh: boolean): Promise<OpenTarget> {
  const existing = await stat(path).catch(() => null);
  const isDevice = existing?.isBlockDevice() === true;
  if (isDevice && (await sizeOf(path)).sizeBytes < sizeBytes)
    throw failure('target-too-small', EXIT.refused, {
      path,
      hasBytes: (await sizeOf(path)).sizeBytes,
      wantedBytes: sizeBytes,
      count: sizeBytes,
    });
  if (!isDevice) await mkdir(dirname(path), { recursive: true });
  const plain = isDevice ? await openAlone(path) : await open(path, !fresh && existing !== null ? 'r+' : 'w+', 0o644);
  // A file, too: writes that go through the cache wait for each other, and fight over the processors that make the
  // sums.
  const direct = await open(path, constants.O_RDWR | constants.O_DIRECT).catch(() => null);
  const handle = (bytes: Uint8Array, offset: number): FileHandle =>
    direct !== null && isAligned(bytes, offset) ? direct : plain;
  if (!isDevice && fresh)
    await reserve(path, sizeBytes).catch(async (error: unknown) => {
      await Promise.all([plain.close(), direct?.close()]);
      throw error;
    });
  const writeBy = async (way: FileHandle, from: Uint8Array, offset: number): Promise<void> => {
    for (let done = 0; done < from.length;)
      done += (await way.write(from, done, from.length - done, offset + done)).bytesWritten;
  };
  return {
    read: (into, offset) => readFully(handle(into, offset), into, offset),
    write: async (from, offset) => {
      try {
        const way = handle(from, offset);
        await writeBy(way, from, offset).catch(async (error: unknown) => {
          // A filesystem that opens so and does not write so, or one of larger blocks; also the rest of what was
          // written in part.
          if (way === plain || (error as NodeJS.ErrnoException).code !== 'EINVAL') throw error;
          await writeBy(plain, from, offset);
        });
      } catch (error) {
        if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? ''))
          throw diskFull(path, { cause: error });
        throw failure('medium-write-failed', EXIT.action, { path, offset, reason: reasonOf(error) }, { cause: error });
      }
    },
    flush: () => plain.datasync(),
    close: async () => {
      // A file that was longer ends where its image does.
      if (!isDevice && (await plain.stat()).size > sizeBytes) await plain.truncate(sizeBytes);
      await Promise.all([plain.close(), direct?.close()]);
    },
  };
}

/**
 * A device that nobody else uses: not mounted, nor swapped to, nor part of something that is, nor its partitions. The
 * kernel sees to it until it is closed.
 */
async function openAlone(path: string): Promise<FileHandle> {
  return await open(path, constants.O_RDWR | constants.O_EXCL).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EBUSY') throw error;
    throw failure('target-in-use.claimed', EXIT.refused, { path }, { cause: error });
  });
}

/** Room for all of it at once, in one piece: writes then only fill it. Filesystems that cannot are written as they are. */
async function reserve(path: string, sizeBytes: number): Promise<void> {
  if (sizeBytes === 0) return;
  const { stderr } = await exec(['fallocate', '--length', String(sizeBytes), path], {
    quiet: true,
    okCodes: [0, 1],
    timeoutMs: 60_000,
  }).catch(() => ({ stderr: '' }));
  if (/No space left|Disk quota/.test(stderr)) throw diskFull(path);
}

function isAligned(bytes: Uint8Array, offset: number, blockBytes = BLOCK_BYTES): boolean {
  return (bytes.byteOffset | bytes.length | offset) % blockBytes === 0 && bytes.buffer instanceof SharedArrayBuffer;
}

async function readFully(handle: FileHandle, into: Uint8Array, offset: number): Promise<void> {
  for (let done = 0; done < into.length;) {
    const { bytesRead } = await handle.read(into, done, into.length - done, offset + done);
    if (bytesRead === 0) throw Object.assign(new Error(`it ends at byte ${offset + done}`), { code: 'EIO' });
    done += bytesRead;
  }
}

async function sizeOf(path: string): Promise<{ isDevice: boolean; sizeBytes: number }> {
  const known = await stat(path);
  if (known.isFile()) return { isDevice: false, sizeBytes: known.size };
  if (!known.isBlockDevice()) throw Object.assign(new Error(`${path} is no block device`), { code: 'ENOTBLK' });
  // A block device has no size in its inode; its end is found by asking the kernel.
  const { readFile, realpath } = await import('node:fs/promises');
  const name = (await realpath(path)).split('/').at(-1) ?? '';
  return { isDevice: true, sizeBytes: Number(await readFile(`/sys/class/block/${name}/size`, 'utf8')) * 512 };
}
