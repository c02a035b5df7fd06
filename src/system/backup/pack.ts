/**
 * A backup as a stream: texts, then disks, each as one file of a tar archive, then the sums of the disks, which are
 * known by then; all of it through zstd. Never more than a few MiB in memory.
 */
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { contentOf } from './fill.ts';
import { BLOCK, fillOf, tarHead } from './tar-blocks.ts';

/** What the last file is called. */
export const SUMS_FILE = 'sums.json';

interface PackedDisk {
  readonly file: string;
  /** What is read: a device or an image of a snapshot, which nobody changes. */
  readonly path: string;
  readonly sizeBytes: number;
}
export interface Pack {
  /** In their order; the first says what the others are. */
  readonly texts: readonly (readonly [file: string, text: string])[];
  readonly disks: readonly PackedDisk[];
  /** Of what is in it. */
  readonly seconds: number;
  progress(doneBytes: number): void;
}

export async function packInto(target: Writable, pack: Pack, signal: AbortSignal): Promise<void> {
  const compressed = createZstdCompress({
    params: { [constants.ZSTD_c_compressionLevel]: 3, [constants.ZSTD_c_checksumFlag]: 1 },
  });
  await pipeline(Readable.from(blocksOf(pack), { objectMode: false }), compressed, target, { signal });
}

async function* blocksOf({ texts, disks, seconds, progress }: Pack): AsyncGenerator<Buffer> {
  for (const [file, text] of texts) yield* textBlocks(file, text, seconds);
  const sums: Record<string, string> = {};
  let doneBytes = 0;
  for (const { file, path, sizeBytes } of disks) {
    yield tarHead(file, sizeBytes, seconds);
    const sum = createHash('sha256');
    for await (const chunk of contentOf(path, sizeBytes)) {
      sum.update(chunk);
      yield chunk;
      doneBytes += chunk.length;
      progress(doneBytes);
    }
    yield Buffer.alloc(fillOf(sizeBytes));
    sums[file] = sum.digest('hex');
  }
  yield* textBlocks(SUMS_FILE, JSON.stringify(sums), seconds);
  yield Buffer.alloc(2 * BLOCK);
}

function* textBlocks(file: string, text: string, seconds: number): Generator<Buffer> {
  const bytes = Buffer.from(text);
  yield Buffer.concat([tarHead(file, bytes.length, seconds), bytes, Buffer.alloc(fillOf(bytes.length))]);
}
