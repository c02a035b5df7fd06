/** Checks an image: the sum implanted into it, and what it says of its own files. */
import type { Message, Phrase } from '../../i18n/phrase.ts';
import { createHash } from 'node:crypto';
import { EXIT, failure, reasonOf } from '../../errors.ts';
import { readAtOf, type OpenSource, type ReadAt } from '../../medium/copy/byte-source.ts';
import { listsOf, checksumsOf, type FileChecksum } from '../../medium/copy/file-checksums.ts';
import { implantedChecksum } from '../../medium/copy/implanted-checksum.ts';
import { listFiles, readFile, readVolume, type IsoFile, type IsoVolume } from '../../medium/copy/iso9660.ts';
import { openSource } from './io.ts';
import { MOST_UNPACKED_BYTES, unpacked } from './unpack.ts';

const CHUNK_BYTES = 4 * 1024 * 1024;
/** So often may a byte of a medium belong to a file: links to one file have a sum each. */
const MOST_TIMES = 8;
/** All lists of a medium together, unpacked. */
const MOST_LISTS_BYTES = 1024 * 1024 * 1024;

interface WrongFile {
  readonly path: string;
  readonly why: Message;
}
export interface Verdict {
  readonly volume: IsoVolume;
  readonly implanted: 'good' | 'differs' | null;
  /** Lists that were found, and how many files they vouch for. */
  readonly lists: readonly string[];
  readonly checked: number;
  /** Files that differ, are missing or cannot be read, with why. */
  readonly wrong: readonly WrongFile[];
}
export interface VerifyOptions {
  readonly signal: AbortSignal;
  /** The whole image is read for it. */
  readonly withImplanted: boolean;
  progress(doneBytes: number, totalBytes: number): void;
}

/** Throws `not-a-medium` for what is no ISO 9660 image. */
export async function verifyMedium(path: string, options: VerifyOptions): Promise<Verdict> {
  const source = await openSource(path, options.signal);
  try {
    const readAt = readAtOf(source, options.signal);
    const volume = await readVolume(readAt);
    if (volume === null) throw failure('not-a-medium.verify', EXIT.source, { path });
    const files = await listFiles(readAt, volume);
    const { checksums, lists, broken } = await readLists(readAt, files, options.signal);
    const sizes = new Map(files.map((file) => [file.path, file]));
    const present = checksums.filter(({ path: name }) => sizes.has(name));
    const totalBytes =
      (options.withImplanted ? volume.sizeBytes : 0) +
      present.reduce((sum, { path: name }) => sum + (sizes.get(name)?.sizeBytes ?? 0), 0);
    // Files that lie over each other again and again would be read for days.
    if (totalBytes > MOST_TIMES * volume.sizeBytes + CHUNK_BYTES)
      throw failure('medium-damaged.files', EXIT.source, { name: path });
    let done = 0;
    const step = (bytes: number): void => {
      options.signal.throwIfAborted();
      done += bytes;
      options.progress(done, totalBytes);
    };
    const implanted = options.withImplanted ? await checkImplanted(source, volume, step) : null;
    const wrong = [...broken];
    for (const sum of checksums) {
      const file = sizes.get(sum.path);
      // Package lists and Release name more than every disc has: what is not there was left out on purpose.
      if (file === undefined) {
        if (!sum.from.startsWith('dists/'))
          wrong.push({ path: sum.path, why: { key: 'cli.mediumVerify.missing', values: { list: sum.from } } });
        continue;
      }
      const found = await sumOf(source, file, sum.algorithm, step).catch((error: unknown) => {
        options.signal.throwIfAborted();
        return unreadable(error);
      });
      if (found !== sum.sum)
        wrong.push({
          path: sum.path,
          why: typeof found === 'string' ? { key: 'cli.mediumVerify.differs', values: { list: sum.from } } : found,
        });
    }
    return { volume, implanted, lists, checked: present.length, wrong };
  } catch (error) {
    if (options.signal.aborted) throw failure('interrupted.verifying', EXIT.interrupted);
    throw error;
  } finally {
    await source.close().catch(() => undefined);
  }
}

/** All sums that the lists of an image tell, each file once, the strongest sum first. */
async function readLists(
  readAt: ReadAt,
  files: readonly IsoFile[],
  signal: AbortSignal,
): Promise<{ checksums: FileChecksum[]; lists: string[]; broken: WrongFile[] }> {
  const best = new Map<string, FileChecksum>();
  const [lists, broken]: [string[], WrongFile[]] = [[], []];
  let leftBytes = MOST_LISTS_BYTES;
  for (const list of listsOf(files)) {
    try {
      const limitBytes = Math.min(leftBytes, MOST_UNPACKED_BYTES);
      const bytes = await unpacked(list.path, await readFile(readAt, list), { limitBytes, signal });
      leftBytes -= bytes.length;
      const text = bytes.toString('utf8');
      for (const sum of checksumsOf(list.path, text))
        if ((best.get(sum.path)?.sum.length ?? 0) < sum.sum.length) best.set(sum.path, sum);
      lists.push(list.path);
    } catch (error) {
      signal.throwIfAborted();
      broken.push({ path: list.path, why: unreadable(error) });
    }
  }
  return { checksums: [...best.values()], lists, broken };
}

function unreadable(error: unknown): Phrase {
  return { key: 'cli.mediumVerify.unreadable', values: { reason: reasonOf(error) } };
}

async function sumOf(
  source: OpenSource,
  file: IsoFile,
  algorithm: string,
  step: (bytes: number) => void,
): Promise<string> {
  const hash = createHash(algorithm);
  const chunk = Buffer.alloc(Math.min(CHUNK_BYTES, file.sizeBytes));
  for (const extent of file.extents) {
    for (let at = 0; at < extent.sizeBytes; at += chunk.length) {
      const bytes = chunk.subarray(0, Math.min(chunk.length, extent.sizeBytes - at));
      await source.read(bytes, extent.offset + at);
      hash.update(bytes);
      step(bytes.length);
    }
  }
  return hash.digest('hex');
}

async function checkImplanted(
  source: OpenSource,
  volume: IsoVolume,
  step: (bytes: number) => void,
): Promise<Verdict['implanted']> {
  const implanted = implantedChecksum(volume);
  if (implanted === null) return null;
  const hash = createHash('md5');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let at = 0; at < implanted.endBytes; at += CHUNK_BYTES) {
    const bytes = chunk.subarray(0, Math.min(CHUNK_BYTES, implanted.endBytes - at));
    await source.read(bytes, at);
    if (at < implanted.blank.to && at + bytes.length > implanted.blank.from)
      bytes.fill(0x20, Math.max(0, implanted.blank.from - at), Math.min(bytes.length, implanted.blank.to - at));
    hash.update(bytes);
    step(bytes.length);
  }
  return hash.digest('hex') === implanted.md5 ? 'good' : 'differs';
}
