/** The end of a file that grows, as of a log; the file is somebody else's: never followed elsewhere, never read whole. */
import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

const PART_BYTES = 64 * 1024;
/** How much is looked through for the lines that were asked for. */
const MOST_BYTES = 16 * 1024 * 1024;
const LOOK_MS = 500;

/** Null: there is none; `unfit`: it is no ordinary file, or may not be read. */
export async function openLog(path: string): Promise<FileHandle | 'unfit' | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
    await file.close();
    return 'unfit';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : 'unfit';
  }
}

/** Its last `count` lines, and where they end. */
export async function lastLines(file: FileHandle, count: number): Promise<{ text: string; end: number }> {
  const end = (await file.stat()).size;
  const parts: Buffer[] = [];
  let [at, breaks] = [end, 0];
  // The break that ends the last line begins no other.
  while (at > 0 && breaks <= count && end - at < MOST_BYTES) {
    const size = Math.min(PART_BYTES, at);
    const part = Buffer.alloc(size);
    const { bytesRead } = await file.read(part, 0, size, at - size);
    at -= size;
    parts.unshift(part.subarray(0, bytesRead));
    for (const byte of part.subarray(0, bytesRead)) if (byte === 0x0a) breaks += 1;
  }
  const lines = Buffer.concat(parts).toString('utf8').split('\n');
  const hasEnd = lines.at(-1) === '';
  return { text: lines.slice(-(count + (hasEnd ? 1 : 0))).join('\n'), end };
}

/**
 * What is written behind `from`, whole lines at a time, until the signal. A file that has become shorter, or another
 * one, is read from its beginning. Each part is bounded: what comes faster than it can be shown is left out.
 */
export async function* followLog(path: string, from: number, signal: AbortSignal): AsyncGenerator<string> {
  let [at, rest, inode]: [number, string, number | null] = [from, '', null];
  while (!signal.aborted) {
    const file = await openLog(path);
    if (file !== null && file !== 'unfit') {
      try {
        const { size, ino } = await file.stat();
        if (size < at || (inode !== null && ino !== inode)) at = 0;
        inode = ino;
        if (size - at > MOST_BYTES) at = size - MOST_BYTES;
        const part = Buffer.alloc(Math.min(PART_BYTES, size - at));
        const { bytesRead } = await file.read(part, 0, part.length, at);
        at += bytesRead;
        const text = rest + part.subarray(0, bytesRead).toString('utf8');
        // A prompt ends without a break, and is to be seen all the same: it comes when nothing follows it.
        const cut = bytesRead === 0 ? text.length : text.lastIndexOf('\n') + 1;
        rest = text.slice(cut);
        if (cut > 0) yield text.slice(0, cut);
        if (at < size) continue;
      } finally {
        await file.close();
      }
    }
    await setTimeout(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}
