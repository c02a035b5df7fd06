/**
 * Reads a backup as a stream. Everything in it may be somebody's trap: only the files that its own first one announces
 * are taken, in their order, with their sizes, and nothing counts before the sums at its end have been compared.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { constants, createZstdDecompress } from 'node:zlib';
import { isRecord, parseJson } from '../../facts/lsblk.ts';
import { BLOCK, fillOf, readTarHead } from './tar-blocks.ts';
import { SUMS_FILE } from './pack.ts';

const MOST_TEXT_BYTES = 2 ** 20;
/** zstd may ask for so much memory (2^27). */
const WINDOW_LOG = 27;
/** Empty ones, at the end of a tar archive. */
const END_BLOCKS = 2;

export type Damage = 'not-zstd' | 'cut' | 'form' | 'sum';
/** What is wrong with it. */
export class BackupDamage extends Error {
  readonly damage: Damage;
  constructor(damage: Damage) {
    super(damage);
    this.damage = damage;
  }
}

/** What comes after its first file, by that. */
export interface Announced {
  readonly texts: readonly { readonly file: string; readonly sha256: string }[];
  readonly disks: readonly { readonly file: string; readonly sizeBytes: number }[];
}
export interface Taker<A extends Announced> {
  /** The first file. Throws where it is none of ours. */
  announced(text: string): A;
  /** All texts are there: from here on disks may be written. */
  texts(announced: A, texts: ReadonlyMap<string, string>): Promise<void>;
  /** Takes all of it. */
  disk(file: string, chunks: AsyncIterable<Buffer>): Promise<void>;
}

/** Throws `BackupDamage`, and what the taker throws. */
export async function unpackFrom<A extends Announced>(path: string, first: string, taker: Taker<A>): Promise<A> {
  const source = createReadStream(path, { highWaterMark: 2 ** 18 });
  const plain = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG } });
  source.on('error', (error) => plain.destroy(error));
  const bytes = new Bytes(source.pipe(plain));
  try {
    const announced = taker.announced(await textOf(bytes, first));
    const texts = new Map<string, string>();
    for (const { file, sha256 } of announced.texts) {
      const text = await textOf(bytes, file);
      if (createHash('sha256').update(text).digest('hex') !== sha256) throw new BackupDamage('sum');
      texts.set(file, text);
    }
    await taker.texts(announced, texts);
    const sums: Record<string, string> = {};
    for (const { file, sizeBytes } of announced.disks) {
      if ((await headOf(bytes, file)) !== sizeBytes) throw new BackupDamage('form');
      const sum = createHash('sha256');
      await taker.disk(file, summed(bytes.take(sizeBytes), sum));
      await bytes.exactly(fillOf(sizeBytes));
      sums[file] = sum.digest('hex');
    }
    const told = parseJson(await textOf(bytes, SUMS_FILE));
    if (!isRecord(told) || announced.disks.some(({ file }) => told[file] !== sums[file])) throw new BackupDamage('sum');
    for (let block = 0; block < END_BLOCKS; block++)
      if (readTarHead(await bytes.exactly(BLOCK)) !== 'end') throw new BackupDamage('form');
    await bytes.atEnd();
    return announced;
  } finally {
    source.destroy();
    plain.destroy();
  }
}

async function* summed(chunks: AsyncIterable<Buffer>, sum: { update(chunk: Buffer): unknown }): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    sum.update(chunk);
    yield chunk;
  }
}

/** The size of the file that comes, which must be called so. */
async function headOf(bytes: Bytes, file: string): Promise<number> {
  const head = readTarHead(await bytes.exactly(BLOCK));
  if (head === null || head === 'end' || head.name !== file) throw new BackupDamage('form');
  return head.sizeBytes;
}

async function textOf(bytes: Bytes, file: string): Promise<string> {
  const size = await headOf(bytes, file);
  if (size > MOST_TEXT_BYTES) throw new BackupDamage('form');
  const text = (await bytes.exactly(size)).toString('utf8');
  await bytes.exactly(fillOf(size));
  return text;
}

/** So many bytes of a stream, as they are wanted. */
class Bytes {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>) {
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  async exactly(count: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of this.take(count)) parts.push(part);
    return Buffer.concat(parts);
  }

  async *take(count: number): AsyncGenerator<Buffer> {
    for (let left = count; left > 0;) {
      if (this.#rest.length === 0) this.#rest = await this.#next();
      const part = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }

  /** zstd looks at its own sum of all when it is asked for more. */
  async atEnd(): Promise<void> {
    if (this.#rest.length > 0 || (await this.#chunk()) !== null) throw new BackupDamage('form');
  }

  async #next(): Promise<Buffer> {
    const chunk = await this.#chunk();
    if (chunk === null) throw new BackupDamage('cut');
    return chunk;
  }

  async #chunk(): Promise<Buffer | null> {
    try {
      const { value, done } = await this.#chunks.next();
      return done === true ? null : value;
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (/^(ENOENT|EACCES|EISDIR|EIO)$/.test(code)) throw error;
      throw new BackupDamage(/prefix|magic/i.test(`${code} ${String(error)}`) ? 'not-zstd' : 'cut');
    }
  }
}
