/** Copies an image into a file or onto a device, with its sums, and a map of what could not be read. */
import type { TellNotice } from '../../i18n/notices.ts';
import { readFile, realpath, rm, stat } from 'node:fs/promises';
import { EXIT, failure } from '../../errors.ts';
import { affectedFiles, type Affected } from '../../medium/copy/affected.ts';
import { readAtOf, type OpenSource, type ReadAt } from '../../medium/copy/byte-source.ts';
import { copyImage } from '../../medium/copy/copier.ts';
import { CopyMap, parseMap, type Range } from '../../medium/copy/damage.ts';
import { implantedChecksum } from '../../medium/copy/implanted-checksum.ts';
import { listFiles, readVolume, type IsoVolume } from '../../medium/copy/iso9660.ts';
import { openSource, openTarget } from './io.ts';
import { cleanLine } from '../../clean-text.ts';
import { readOwn, writeOwn } from '../files/own-files.ts';
import { refuseOverlap } from '../disk/same-storage.ts';
import { stallNotice } from '../run/stall-notice.ts';
import { sharedSlots, startChecksums } from './checksum-worker.ts';

const SLOT_BYTES = 4 * 1024 * 1024;
const SLOTS = 6;
/**
 * It lies where the target does, or in /var/tmp: somebody else's would leave gaps, a link lead to what it would
 * replace.
 */
const MAP = { isAnyFolder: true, option: '--map FILE' } as const;

export interface CopyRequest {
  readonly source: string;
  readonly target: string;
  /** The source as people know it, where it is mounted for the copying. */
  readonly name?: string;
  /** Where the map is kept; null: nowhere, and every copy begins again. */
  readonly map: string | null;
  readonly signal: AbortSignal;
  /** Refuses an image that is another one than expected. */
  readonly expect?: (readAt: ReadAt) => Promise<void>;
  readonly output: TellNotice;
  progress(doneBytes: number, totalBytes: number): void;
}
export interface CopyResult {
  readonly sizeBytes: number;
  readonly volume: IsoVolume | null;
  readonly sha256: string;
  /** Null: none was implanted. */
  readonly implanted: 'good' | 'differs' | null;
  readonly bad: readonly Range[];
  readonly affected: readonly Affected[];
}

/**
 * Exactly the image's own bytes. Throws XenwrightError, `same-storage` and, of the map, `folder-unsafe` before anything
 * is written; unreadable places are no error but in the result.
 */
export async function copyMedium(request: CopyRequest): Promise<CopyResult> {
  const { signal, name = request.source } = request;
  await refuseLoss(request, name);
  const source = await openSource(request.source, signal, name);
  try {
    const volume = await readVolume(readAtOf(source, signal));
    await request.expect?.(readAtOf(source, signal));
    const sizeBytes = volume?.sizeBytes ?? source.sizeBytes;
    if (volume === null) request.output('notices.notIso', { name, count: sizeBytes });
    if (sizeBytes > source.sizeBytes)
      throw failure('medium-cut', EXIT.source, {
        source: name,
        has: source.sizeBytes,
        wanted: sizeBytes,
        count: sizeBytes,
      });
    return await copyVolume({ source, name, volume, sizeBytes }, request);
  } catch (error) {
    if (signal.aborted) throw failure('interrupted.copying', EXIT.interrupted);
    throw error;
  } finally {
    await source.close().catch(() => undefined);
  }
}

/** What is copied; `volume`: null where it is no ISO 9660 image. */
interface Image {
  readonly source: OpenSource;
  readonly name: string;
  readonly volume: IsoVolume | null;
  readonly sizeBytes: number;
}

async function copyVolume({ source, name, volume, sizeBytes }: Image, request: CopyRequest): Promise<CopyResult> {
  const image = `${volume === null ? 'no ISO 9660' : `"${volume.label}" of ${volume.uuid}`}, ${sizeBytes} bytes`;
  const { map, prints, isResumed } = await openMap(request, sizeBytes, image);
  if (isResumed) request.output('notices.resumes', { done: map.bytes('done'), count: sizeBytes });
  const target = await openTarget(request.target, sizeBytes, !isResumed);
  const slots = sharedSlots(SLOTS, SLOT_BYTES);
  const implanted = volume === null ? null : implantedChecksum(volume);
  const checksums = startChecksums(slots, implanted);
  const keep = async (): Promise<void> => {
    if (request.map === null) return;
    const binding = { image, target: await identityOf(request.target), prints };
    await writeOwn(request.map, map.text(binding), MAP);
  };
  const stall = stallNotice(name, request.output);
  try {
    // Before the first byte: a file that is not whole must never look as if it were.
    if (!isResumed) await keep();
    const digest = await copyImage({
      source,
      target,
      sizeBytes,
      slots,
      checksums,
      map,
      prints,
      signal: request.signal,
      keep,
      progress: (done) => {
        stall.moved();
        request.progress(done, sizeBytes);
      },
      unreadable: (from, to) =>
        request.output('notices.badBytes', { from, to: to - 1, sectors: (to - from) / 2048, first: from / 2048 }),
    });
    const bad = map.ranges('bad');
    const affected =
      bad.length === 0 || volume === null
        ? []
        : affectedFiles(await listFiles(readAtOf(target, request.signal), volume).catch(() => []), bad);
    if (bad.length === 0 && request.map !== null) await rm(request.map, { force: true });
    return {
      sizeBytes,
      volume,
      sha256: digest.sha256,
      implanted: implanted === null ? null : digest.md5 === implanted.md5 ? 'good' : 'differs',
      bad,
      affected,
    };
  } finally {
    stall.end();
    await Promise.allSettled([checksums.end(), target.close()]);
  }
}

/** The map of an earlier copy of the same image onto the same target, or an empty one. */
async function openMap(
  { map: path, target }: CopyRequest,
  sizeBytes: number,
  image: string,
): Promise<{ readonly map: CopyMap; readonly prints: Map<number, string>; readonly isResumed: boolean }> {
  const known = path === null ? null : parseMap(String((await readOwn(path, MAP)) ?? ''));
  const isResumed = known !== null && known.image === image && known.target === (await identityOf(target));
  // What could not be read is tried again.
  const done = isResumed ? known.ranges.filter(({ state }) => state === 'done') : [];
  return { map: new CopyMap(sizeBytes, done), prints: new Map(isResumed ? known.prints : []), isResumed };
}

/**
 * What tells a target from another one at its path: of a file its number on its filesystem, of a device its size, and
 * what the drive calls itself where it does. A path where nothing is: words that no target has.
 */
export async function identityOf(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null) return 'nothing';
  if (!found.isBlockDevice()) return `file ${found.dev}:${found.ino}`;
  const name = (await realpath(path)).split('/').at(-1) ?? '';
  const said = async (file: string): Promise<string> =>
    await readFile(`/sys/class/block/${name}/${file}`, 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  const names = await Promise.all(['wwid', 'device/wwid', 'device/serial', 'device/cid', 'dm/uuid'].map(said));
  return cleanLine(`device ${await said('size')} ${names.filter((one) => one !== '').join(' ')}`.trim());
}

/** The source is not the target, by whatever names, and the map is neither. */
async function refuseLoss({ source, target, map }: CopyRequest, name: string): Promise<void> {
  await refuseOverlap({ path: target }, { path: source, name });
  if (map === null) return;
  const notes = { path: map, name: { key: 'cli.places.map', values: { map } } } as const;
  await refuseOverlap(notes, { path: source, name }, { isApart: true });
  await refuseOverlap(notes, { path: target }, { isApart: true });
}
