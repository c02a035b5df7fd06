/** Looks into the medium that a profile names: its size, its archives, who vouches for them. Nothing is written. */
import { createHash } from 'node:crypto';
import { EXIT, XenwrightError } from '../errors.ts';
import type { MediumArchive, SourceMedium } from '../facts/facts.ts';
import { MANIFEST } from '../medium/copy/file-sums.ts';
import { listFiles, PVD_OFFSET, readFile, readVolume, SECTOR_BYTES, type IsoFile, type ReadAt } from '../medium/copy/iso9660.ts';
import { readAtOf } from './medium-copy.ts';
import { openSource } from './medium-io.ts';
import { mediumPath } from './medium-place.ts';

/** Media from addresses lie here when an image is made of them. */
export const MEDIA_FOLDER = '/var/cache/xenwright/media';
const RELEASE = /^dists\/([^/]+)\/(InRelease|Release)$/;
const never = new AbortController().signal;

/** Throws `medium-unreachable`, `not-a-medium` (exit 6). */
export async function probeMedium(source: string, forImage: boolean): Promise<SourceMedium> {
  const place = await mediumPath(source);
  const opened = await openSource(place.path, never).catch(async (error: unknown) => { await place.close(); throw error; });
  try {
    const readAt = readAtOf(opened);
    const volume = await readVolume(readAt);
    if (volume === null) throw new XenwrightError({ code: 'not-a-medium', exit: EXIT.source, message: `${source} is no ISO 9660 image`, hint: 'host.source.medium names an installation disc with packages' });
    const files = await listFiles(readAt, volume);
    const id = await mediumId(readAt, files);
    const isRemote = /^(https?|nfs):/.test(source);
    return { source, path: !isRemote ? place.path : forImage ? `${MEDIA_FOLDER}/${id}.iso` : source, id, label: volume.label, sizeBytes: volume.sizeBytes, archives: await archivesOf(readAt, files) };
  } finally {
    await opened.close();
    await place.close();
  }
}

/** A name for the content: the volume descriptor, the Release files and our manifest are all in it. */
export async function mediumId(readAt: ReadAt, files: readonly IsoFile[]): Promise<string> {
  const hash = createHash('sha256').update(await readAt(PVD_OFFSET, SECTOR_BYTES));
  for (const file of files.filter(({ path }) => RELEASE.test(path) || path === MANIFEST).toSorted((a, b) => (a.path < b.path ? -1 : 1))) hash.update(file.path).update(await readFile(readAt, file));
  return hash.digest('hex').slice(0, 16);
}

/** Suites under their folder's name and their code name, since discs link the one to the other. */
async function archivesOf(readAt: ReadAt, files: readonly IsoFile[]): Promise<MediumArchive[]> {
  const paths = new Set(files.map(({ path }) => path));
  const found = new Map<string, MediumArchive>();
  for (const file of files) {
    const suite = RELEASE.exec(file.path)?.[1];
    if (suite === undefined || found.has(suite) || file.sizeBytes === 0) continue;
    const text = (await readFile(readAt, file)).toString('utf8');
    const components = (/^Components: (.+)$/m.exec(text)?.[1] ?? 'main').split(/\s+/).map((name) => name.split('/').at(-1) ?? name);
    const isThere = (name: string): boolean => ['Packages', 'Packages.gz', 'Packages.xz'].some((list) => paths.has(`dists/${suite}/${name}/binary-amd64/${list}`));
    const isSigned = paths.has(`dists/${suite}/InRelease`) || paths.has(`dists/${suite}/Release.gpg`);
    found.set(suite, { suite, components: [...new Set(components)].filter(isThere), trust: isSigned ? 'signed' : paths.has(MANIFEST) ? 'manifest' : 'none' });
  }
  return [...found.values()].filter(({ components }) => components.length > 0).toSorted((a, b) => (a.suite < b.suite ? -1 : 1));
}
