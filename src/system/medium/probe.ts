/** Looks into the medium that a profile names: its size, its archives, who vouches for them. Nothing is written. */
import { createHash } from 'node:crypto';
import { readFile as readLocalFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, failure } from '../../errors.ts';
import type { MediumArchive, SourceMedium } from '../../facts/facts.ts';
import { BOOT_MEDIUM } from '../../facts/medium-label.ts';
import { readAtOf, type ReadAt } from '../../medium/copy/byte-source.ts';
import { MANIFEST, checksumsOf, type FileChecksum } from '../../medium/copy/file-checksums.ts';
import { listFiles, PVD_OFFSET, readFile, readVolume, SECTOR_BYTES, type IsoFile } from '../../medium/copy/iso9660.ts';
import { parseMediumName } from '../../profile/medium-name.ts';
import { openSource } from './io.ts';
import { mediumPath } from './place.ts';
import { checksumOfImage } from './checksum.ts';

/** Media from addresses lie here when an image is made of them. */
export const MEDIA_FOLDER = '/var/cache/xenwright/media';
const RELEASE = /^dists\/([^/]+)\/(InRelease|Release)$/;
const never = new AbortController().signal;

/**
 * Throws `medium-unreachable`, `not-a-medium`, `medium-sum-differs` (exit 6). A medium whose sum is given is read
 * whole; `progress`: how far that is. `bootMedium`: the files of the one that this machine was started from.
 */
export async function probeMedium(
  named: string,
  forImage: boolean,
  progress: (doneBytes: number, totalBytes: number) => void = () => undefined,
  bootMedium = BOOT_MEDIUM,
): Promise<SourceMedium> {
  const { place: source, sha256: wanted } = parseMediumName(named) ?? { place: named, sha256: null };
  const place = await mediumPath(source);
  const opened = await openSource(place.path, never, source).catch(async (error: unknown) => {
    await place.close();
    throw error;
  });
  try {
    const readAt = readAtOf(opened);
    const volume = await readVolume(readAt);
    if (volume === null) throw failure('not-a-medium.source', EXIT.source, { source });
    const files = await listFiles(readAt, volume);
    const id = await mediumId(readAt, files);
    const manifest = await manifestOf(readAt, files);
    const isBooted = await isBootMedium(manifest, bootMedium);
    const archives = await archivesOf(readAt, files, manifest, isBooted);
    const vouchedFor = async (): Promise<Pick<SourceMedium, 'sha256' | 'archives'>> =>
      wanted === null
        ? { archives }
        : {
            sha256: await checksumOfImage(opened, {
              place: place.path,
              id,
              volumeBytes: volume.sizeBytes,
              wanted,
              progress,
            }),
            archives: archives.map((archive) => ({
              ...archive,
              trust: archive.trust === 'signed' ? 'signed' : 'named',
            })),
          };
    const isRemote = /^(https?|nfs):/.test(source);
    return {
      source,
      path: !isRemote ? place.path : forImage ? `${MEDIA_FOLDER}/${id}.iso` : source,
      id,
      label: volume.label,
      sizeBytes: volume.sizeBytes,
      ...(isBooted ? { booted: true as const } : {}),
      ...(await vouchedFor()),
    };
  } finally {
    await opened.close();
    await place.close();
  }
}

/** A name for the content: the volume descriptor, the Release files and our manifest are all in it. */
export async function mediumId(readAt: ReadAt, files: readonly IsoFile[]): Promise<string> {
  const hash = createHash('sha256').update(await readAt(PVD_OFFSET, SECTOR_BYTES));
  for (const file of files
    .filter(({ path }) => RELEASE.test(path) || path === MANIFEST)
    .toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    hash.update(file.path).update(await readFile(readAt, file));
  return hash.digest('hex').slice(0, 16);
}

/** The same of what is at a path or an address now; null where that cannot be read, or is no medium. */
export async function identifyMedium(path: string, signal: AbortSignal = never): Promise<string | null> {
  const opened = await openSource(path, signal).catch(() => null);
  if (opened === null) return null;
  try {
    return await idAt(readAtOf(opened));
  } finally {
    await opened.close();
  }
}

export async function idAt(readAt: ReadAt): Promise<string | null> {
  const volume = await readVolume(readAt);
  return volume === null
    ? null
    : await listFiles(readAt, volume)
        .then((files) => mediumId(readAt, files))
        .catch(() => null);
}

async function manifestOf(readAt: ReadAt, files: readonly IsoFile[]): Promise<Buffer | null> {
  const manifest = files.find(({ path }) => path === MANIFEST);
  return manifest === undefined ? null : await readFile(readAt, manifest);
}

/**
 * A label, or the drive it lies in, says nothing: another disc may be in there by now, and anybody can write a label.
 * Whoever has the same manifest has the same lists, and whoever has the same lists has the same packages.
 */
async function isBootMedium(manifest: Buffer | null, bootMedium: string): Promise<boolean> {
  const booted = await readLocalFile(join(bootMedium, MANIFEST)).catch(() => null);
  return manifest !== null && booted !== null && booted.equals(manifest);
}

/** A manifest that is none vouches for nothing. */
function sumsIn(manifest: Buffer): FileChecksum[] {
  try {
    return checksumsOf(MANIFEST, manifest.toString('utf8'));
  } catch {
    return [];
  }
}

/** Suites under their folder's name and their code name, since discs link the one to the other. */
async function archivesOf(
  readAt: ReadAt,
  files: readonly IsoFile[],
  manifest: Buffer | null,
  isBooted: boolean,
): Promise<MediumArchive[]> {
  const paths = new Set(files.map(({ path }) => path));
  const checksums = new Map(manifest === null ? [] : sumsIn(manifest).map(({ path, sum }) => [path, sum]));
  const found = new Map<string, MediumArchive>();
  for (const file of files) {
    const suite = RELEASE.exec(file.path)?.[1];
    if (suite === undefined || found.has(suite) || file.sizeBytes === 0) continue;
    const text = (await readFile(readAt, file)).toString('utf8');
    const components = (/^Components: (.+)$/m.exec(text)?.[1] ?? 'main')
      .split(/\s+/)
      .map((name) => name.split('/').at(-1) ?? name);
    const isThere = (name: string): boolean =>
      ['Packages', 'Packages.gz', 'Packages.xz'].some((list) =>
        paths.has(`dists/${suite}/${name}/binary-amd64/${list}`),
      );
    const isSigned = paths.has(`dists/${suite}/InRelease`) || paths.has(`dists/${suite}/Release.gpg`);
    const isOurs = checksums.get(file.path) === createHash('sha256').update(text).digest('hex');
    found.set(suite, {
      suite,
      components: [...new Set(components)].filter(isThere),
      trust: isSigned ? 'signed' : !isOurs ? 'none' : isBooted ? 'manifest' : 'self',
    });
  }
  return [...found.values()]
    .filter(({ components }) => components.length > 0)
    .toSorted((a, b) => (a.suite < b.suite ? -1 : 1));
}
