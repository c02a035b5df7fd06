/** The SHA-256 sum of a whole medium, against one that somebody has named. */
import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { EXIT, failure, reasonOf, XenwrightError } from '../../errors.ts';
import type { OpenSource } from '../../medium/copy/byte-source.ts';

const PIECE_BYTES = 4 * 1024 * 1024;
/** Sums of this process by medium: the wizard asks again and again. */
const known = new Map<string, string>();

export interface ChecksumRequest {
  /** Path or address, for people and to know it again. */
  readonly place: string;
  readonly id: string;
  /** Of the image by its own words; a file may be a little longer, and sums are often made of files. */
  readonly volumeBytes: number;
  /** Lower case hex. */
  readonly wanted: string;
  progress(doneBytes: number, totalBytes: number): void;
}

/**
 * Gives the sum of the image's own bytes, when they or the whole file have the wanted one. Throws `medium-sum-differs`
 * (exit 6).
 */
export async function checksumOfImage(
  source: OpenSource,
  { place, id, volumeBytes, wanted, progress }: ChecksumRequest,
): Promise<string> {
  const changed = await stat(place).then(
    (found) => (found.isBlockDevice() ? NaN : found.mtimeMs),
    () => NaN,
  );
  const key = [place, id, changed, wanted].join(' ');
  const before = known.get(key);
  if (before !== undefined) return before;
  const isFile = !Number.isNaN(changed) || /^https?:/.test(place);
  const endBytes = isFile ? Math.max(source.sizeBytes, volumeBytes) : volumeBytes;
  const hash = createHash('sha256');
  let ofVolume = '';
  for (let at = 0; at < endBytes;) {
    const bytes = Buffer.allocUnsafe(Math.min(PIECE_BYTES, (at < volumeBytes ? volumeBytes : endBytes) - at));
    await source.read(bytes, at).catch((error: unknown) => {
      if (error instanceof XenwrightError) throw error;
      throw failure(
        'medium-damaged.unreadable',
        EXIT.source,
        { name: place, reason: reasonOf(error) },
        { cause: error },
      );
    });
    hash.update(bytes);
    at += bytes.length;
    if (at === volumeBytes) ofVolume = hash.copy().digest('hex');
    progress(at, endBytes);
  }
  const ofFile = hash.digest('hex');
  if (wanted !== ofVolume && wanted !== ofFile)
    throw failure('medium-sum-differs', EXIT.source, { place, sum: ofVolume, wanted });
  if (isFile) known.set(key, ofVolume);
  return ofVolume;
}
