/** Opens what an image is copied from and to: files, devices, addresses. Devices are read and written past the page cache. */
import { constants } from 'node:fs';
import { mkdir, open, stat, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { diskFull, EXIT, reasonOf, XenwrightError } from '../errors.ts';
import type { ByteSource, ByteTarget } from '../medium/copy/copier.ts';
import { openHttpSource } from './medium-http.ts';

/** `sizeBytes`: of the file or the device, which may be more than its image. */
export interface OpenSource extends ByteSource { readonly sizeBytes: number; close(): Promise<void> }
export interface OpenTarget extends ByteTarget { close(): Promise<void> }

/** Direct reads and writes are whole blocks of the largest kind of disk. */
const BLOCK_BYTES = 4096;

/** A path of a file or a device, or an http(s) address. Throws `medium-unreachable` (exit 6). */
export async function openSource(source: string, signal: AbortSignal): Promise<OpenSource> {
  if (/^https?:\/\//.test(source)) return await openHttpSource(source, signal);
  try {
    const { isDevice, sizeBytes } = await sizeOf(source);
    const plain = await open(source, 'r');
    const direct = isDevice ? await open(source, constants.O_RDONLY | constants.O_DIRECT).catch(() => null) : null;
    return {
      sizeBytes,
      read: (into, offset) => readFully(direct !== null && isAligned(into, offset) ? direct : plain, into, offset),
      close: async () => { await Promise.all([plain.close(), direct?.close()]); },
    };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new XenwrightError({ code: 'medium-unreachable', exit: EXIT.source, message: `${source} cannot be read: ${code === 'ENOMEDIUM' ? 'there is no disc in the drive' : reasonOf(error)}`, hint: 'look at the drive, the file and its permissions', cause: error });
  }
}

/** A device that is there, or a file; `fresh` begins a file anew. */
export async function openTarget(path: string, sizeBytes: number, fresh: boolean): Promise<OpenTarget> {
  const existing = await stat(path).catch(() => null);
  const isDevice = existing?.isBlockDevice() === true;
  if (isDevice && (await sizeOf(path)).sizeBytes < sizeBytes) throw new XenwrightError({ code: 'target-too-small', exit: EXIT.refused, message: `${path} has ${(await sizeOf(path)).sizeBytes} bytes; the image has ${sizeBytes}`, hint: 'name a larger device' });
  if (!isDevice) await mkdir(dirname(path), { recursive: true });
  const plain = await open(path, isDevice || (!fresh && existing !== null) ? 'r+' : 'w+', 0o644);
  const direct = isDevice ? await open(path, constants.O_RDWR | constants.O_DIRECT).catch(() => null) : null;
  const handle = (bytes: Uint8Array, offset: number): FileHandle => (direct !== null && isAligned(bytes, offset) ? direct : plain);
  return {
    read: (into, offset) => readFully(handle(into, offset), into, offset),
    write: async (from, offset) => {
      try {
        for (let done = 0; done < from.length;) done += (await handle(from, offset).write(from, done, from.length - done, offset + done)).bytesWritten;
      } catch (error) {
        if (['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw diskFull(path, { cause: error });
        throw new XenwrightError({ code: 'medium-write-failed', exit: EXIT.action, message: `${path} cannot be written at byte ${offset}: ${reasonOf(error)}`, hint: 'look at the disk with smartctl and at dmesg', cause: error });
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

function isAligned(bytes: Uint8Array, offset: number): boolean {
  return (bytes.byteOffset | bytes.length | offset) % BLOCK_BYTES === 0 && bytes.buffer instanceof SharedArrayBuffer;
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
  if (!known.isBlockDevice()) throw new Error('it is neither a file nor a block device');
  // A block device has no size in its inode; its end is found by asking the kernel.
  const { readFile, realpath } = await import('node:fs/promises');
  const name = (await realpath(path)).split('/').at(-1) ?? '';
  return { isDevice: true, sizeBytes: Number(await readFile(`/sys/class/block/${name}/size`, 'utf8')) * 512 };
}
