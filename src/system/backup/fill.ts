/**
 * Fills a device or an image with what comes, from its beginning. Zeros are written only where there is something else:
 * new volumes are often zeros, and stay sparse.
 */
import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';

const BLOCK_BYTES = 2 ** 20;

/** Flushed when it resolves. */
export async function fillDisk(
  path: string,
  chunks: AsyncIterable<Buffer>,
  progress: (doneBytes: number) => void,
): Promise<void> {
  // What volumes are called in /dev are links of udev's; elsewhere nothing is written through one.
  const real = path.startsWith('/dev/') ? await realpath(path) : path;
  const file = await open(real, constants.O_RDWR | constants.O_NOFOLLOW);
  const there = Buffer.alloc(BLOCK_BYTES);
  let at = 0;
  try {
    for await (const chunk of blocksOf(chunks)) {
      if (!isZero(chunk) || !(await hasZeros(chunk.length))) await writeWhole(chunk);
      at += chunk.length;
      progress(at);
    }
    await file.sync();
  } finally {
    await file.close();
  }

  async function hasZeros(length: number): Promise<boolean> {
    const { bytesRead } = await file.read(there, 0, length, at);
    return bytesRead === length && isZero(there.subarray(0, length));
  }
  async function writeWhole(chunk: Buffer): Promise<void> {
    for (let done = 0; done < chunk.length;)
      done += (await file.write(chunk, done, chunk.length - done, at + done)).bytesWritten;
  }
}

/** What a disk holds, as `fillDisk` takes it. */
export async function* contentOf(path: string, sizeBytes: number): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  try {
    for (let at = 0; at < sizeBytes;) {
      const chunk = Buffer.allocUnsafe(Math.min(BLOCK_BYTES, sizeBytes - at));
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
      if (bytesRead === 0) throw new Error(`${path} ends at ${at} of ${sizeBytes} bytes`);
      yield chunk.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}

async function* blocksOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length < BLOCK_BYTES) continue;
    const all = Buffer.concat(parts);
    let from = 0;
    for (; from + BLOCK_BYTES <= all.length; from += BLOCK_BYTES) yield all.subarray(from, from + BLOCK_BYTES);
    parts = from < all.length ? [all.subarray(from)] : [];
    length = all.length - from;
  }
  if (length > 0) yield Buffer.concat(parts);
}

const ZEROS = Buffer.alloc(BLOCK_BYTES);
function isZero(chunk: Buffer): boolean {
  return chunk.equals(ZEROS.subarray(0, chunk.length));
}
