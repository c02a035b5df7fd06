/**
 * Copies an image: large reads, with sums and writes beside them, so that the slowest of the three sets the pace. What
 * cannot be read is read again in smaller pieces, then sector by sector; what stays unreadable is zeroes in the copy
 * and in its map.
 */
import { createHash } from 'node:crypto';
import zlib from 'node:zlib';
import type { ByteSource, ByteTarget } from './byte-source.ts';
import { CopyMap } from './damage.ts';
import { SECTOR_BYTES } from './iso9660.ts';

/** Sums of what goes by, in order; resolves when the slot may be filled again. */
export interface Summing {
  update(slot: number, offset: number, length: number): Promise<void>;
  digest(): Promise<Checksums>;
}
export interface Checksums {
  readonly sha256: string;
  /** In isomd5sum's way; null where no such sum was implanted. */
  readonly md5: string | null;
}

export interface CopyWork {
  readonly source: ByteSource;
  readonly target: ByteTarget;
  readonly sizeBytes: number;
  /** Memory to read into, a slot each, shared with the sums. */
  readonly slots: readonly Uint8Array[];
  readonly checksums: Summing;
  readonly map: CopyMap;
  /** Checksums of the whole pieces that were written, by their offset; of an earlier copy, too. */
  readonly prints: Map<number, string>;
  readonly signal: AbortSignal;
  progress(doneBytes: number): void;
  /** A place that cannot be read, in sectors of 2048 bytes. */
  unreadable(from: number, to: number): void;
  /** The map may be kept: everything that it calls done is on the disk. */
  keep(): Promise<void>;
}

const PIECES = [65_536, SECTOR_BYTES];
const TRIES = 3;
const KEEP_MS = 5000;

/** Gives the sums of the whole copy, zeroes for what could not be read. Throws what is no read error. */
export async function copyImage(work: CopyWork): Promise<Checksums> {
  const { slots, sizeBytes, map, target, checksums } = work;
  const slotBytes = slots[0]?.length ?? 0;
  const free = slots.map((_, index) => index);
  const waiting: ((slot: number) => void)[] = [];
  const take = (): Promise<number> | number =>
    free.shift() ??
    new Promise((resolve) => {
      waiting.push(resolve);
    });
  const give = (slot: number): void => {
    const next = waiting.shift();
    if (next === undefined) free.push(slot);
    else next(slot);
  };
  let failure: { readonly error: unknown } | null = null;
  const running = new Set<Promise<unknown>>();
  let keptMs = Date.now();
  for (let offset = 0; offset < sizeBytes && failure === null; offset += slotBytes) {
    if (work.signal.aborted) break;
    const slot = await take();
    const length = Math.min(slotBytes, sizeBytes - offset);
    const bytes = (slots[slot] as Uint8Array).subarray(0, length);
    const isThere = map.isDone(offset, offset + length) && (await isAsWritten(work, bytes, offset));
    const bad = isThere ? [] : await readHard(work, bytes, offset);
    if (!isThere) map.mark(offset, offset + length, 'open');
    work.prints.set(offset, printOf(bytes));
    const written = (isThere ? Promise.resolve() : target.write(bytes, offset)).then(() => {
      map.mark(offset, offset + length, 'done');
      for (const [from, to] of bad) map.mark(from, to, 'bad');
    });
    const step = Promise.all([written, checksums.update(slot, offset, length)])
      .then(
        () => {
          give(slot);
          work.progress(Math.min(sizeBytes, offset + length));
        },
        (error: unknown) => {
          failure ??= { error };
          give(slot);
        },
      )
      .finally(() => running.delete(step));
    running.add(step);
    if (Date.now() - keptMs > KEEP_MS) {
      await Promise.all(running);
      await target.flush();
      await work.keep();
      keptMs = Date.now();
    }
  }
  await Promise.all(running);
  await target.flush();
  // What is whole needs no map any more.
  if (map.ranges('done').length !== 1 || map.bytes('done') < sizeBytes) await work.keep();
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
  work.signal.throwIfAborted();
  return await checksums.digest();
}

/** What tells a piece that was written from any other. */
function printOf(bytes: Uint8Array): string {
  // Node before 22.2 has none of it.
  return typeof zlib.crc32 === 'function'
    ? zlib.crc32(bytes).toString(16).padStart(8, '0')
    : createHash('sha1').update(bytes).digest('hex');
}

/** Is it still what an earlier copy has written there? Reads it, in any case; another target is no error. */
async function isAsWritten({ target, prints }: CopyWork, into: Uint8Array, offset: number): Promise<boolean> {
  const print = prints.get(offset);
  if (print === undefined) return false;
  try {
    await target.read(into, offset);
  } catch (error) {
    if (!isReadError(error)) throw error;
    return false;
  }
  return printOf(into) === print;
}

/** Reads it, in smaller and smaller pieces where it must. Gives what stays unreadable. */
async function readHard(
  { source, unreadable, signal }: CopyWork,
  into: Uint8Array,
  offset: number,
): Promise<[number, number][]> {
  const bad: [number, number][] = [];
  const read = async (bytes: Uint8Array, at: number, sizes: readonly number[]): Promise<void> => {
    const [piece, ...smaller] = sizes;
    for (let attempt = 1; ; attempt++) {
      signal.throwIfAborted();
      try {
        await source.read(bytes, at);
        return;
      } catch (error) {
        if (!isReadError(error)) throw error;
        if (piece === undefined && attempt < TRIES) continue;
        break;
      }
    }
    if (piece === undefined) {
      bytes.fill(0);
      bad.push([at, at + bytes.length]);
      return;
    }
    for (let from = 0; from < bytes.length; from += piece)
      await read(bytes.subarray(from, Math.min(bytes.length, from + piece)), at + from, smaller);
  };
  await read(into, offset, PIECES);
  for (const [from, to] of new CopyMap(
    offset + into.length,
    bad.map(([from, to]) => ({ from, to, state: 'bad' })),
  )
    .ranges('bad')
    .map((range) => [range.from, range.to] as const))
    unreadable(from, to);
  return bad;
}

function isReadError(error: unknown): boolean {
  return ['EIO', 'ENODATA', 'EILSEQ', 'EREMOTEIO'].includes((error as NodeJS.ErrnoException).code ?? '');
}
