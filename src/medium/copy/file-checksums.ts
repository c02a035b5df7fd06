/** The sums that a disc carries of its own files: md5sum.txt and the like, its package lists, our manifest. Pure. */
import * as z from 'zod';
import type { IsoFile } from './iso9660.ts';

export interface FileChecksum {
  readonly path: string;
  readonly algorithm: 'md5' | 'sha256' | 'sha512';
  readonly sum: string;
  /** Which list says so. */
  readonly from: string;
}

const LISTS: readonly { readonly name: RegExp; readonly algorithm: FileChecksum['algorithm'] }[] = [
  { name: /^(md5sums?(\.txt)?)$/i, algorithm: 'md5' },
  { name: /^(sha256sums?(\.txt)?)$/i, algorithm: 'sha256' },
  { name: /^(sha512sums?(\.txt)?)$/i, algorithm: 'sha512' },
];
export const MANIFEST = 'xenwright/manifest.json';
const PACKAGES = /^dists\/.+\/Packages(\.gz|\.xz)?$/;
const RELEASE = /^dists\/[^/]+(\/updates)?\/(In)?Release$/;

/** Files of the disc that hold sums of others; of a package list in several forms the shortest to read. */
export function listsOf(files: readonly IsoFile[]): IsoFile[] {
  const plain = new Set(files.map(({ path }) => path));
  const isBest = (path: string): boolean =>
    !(path.endsWith('.xz') && (plain.has(path.slice(0, -3)) || plain.has(`${path.slice(0, -3)}.gz`))) &&
    !(path.endsWith('.gz') && plain.has(path.slice(0, -3)));
  return files.filter(
    ({ path, isFolder }) =>
      !isFolder &&
      (algorithmOf(path) !== null || path === MANIFEST || RELEASE.test(path) || (PACKAGES.test(path) && isBest(path))),
  );
}

function algorithmOf(path: string): FileChecksum['algorithm'] | null {
  return LISTS.find(({ name }) => name.test(path))?.algorithm ?? null;
}

/** The sums of one of these lists, `text` being what it says. */
export function checksumsOf(path: string, text: string): FileChecksum[] {
  const algorithm = algorithmOf(path);
  if (algorithm !== null) return checksumLines(text, algorithm, path);
  if (path === MANIFEST) return manifestChecksums(text);
  if (RELEASE.test(path)) return releaseChecksums(path, text);
  return packageChecksums(text, path);
}

/** `<sum> ./path`, as md5sum and its siblings write it. */
function checksumLines(text: string, algorithm: FileChecksum['algorithm'], from: string): FileChecksum[] {
  return text.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]{32,128}) [ *](?:\.\/)?(.+)$/.exec(line);
    return match === null ? [] : [{ path: match[2] ?? '', algorithm, sum: match[1] ?? '', from }];
  });
}

function packageChecksums(text: string, from: string): FileChecksum[] {
  return text.split(/\n\n+/).flatMap((stanza) => {
    const path = /^Filename: (.+)$/m.exec(stanza)?.[1];
    const sum = /^SHA256: ([0-9a-f]{64})$/m.exec(stanza)?.[1];
    return path === undefined || sum === undefined
      ? []
      : [{ path: path.replace(/^\.\//, ''), algorithm: 'sha256' as const, sum, from }];
  });
}

function releaseChecksums(path: string, text: string): FileChecksum[] {
  const folder = path.slice(0, path.lastIndexOf('/'));
  const section = /^SHA256:\n((?: .+\n?)+)/m.exec(text)?.[1] ?? '';
  return section.split('\n').flatMap((line) => {
    const match = /^ ([0-9a-f]{64})\s+\d+\s+(\S+)$/.exec(line);
    return match === null
      ? []
      : [{ path: `${folder}/${match[2] ?? ''}`, algorithm: 'sha256' as const, sum: match[1] ?? '', from: path }];
  });
}

/** Our own manifest: `files`, a sum by path. What is none has no sums; throws what JSON.parse says. */
function manifestChecksums(text: string): FileChecksum[] {
  const said = manifestSchema.safeParse(JSON.parse(text));
  const files = said.success ? said.data.files : {};
  const entries = Array.isArray(files)
    ? files.map(({ path, sha256 }) => [path, sha256] as const)
    : Object.entries(files);
  return entries.flatMap(([path, sum]) =>
    /^[0-9a-f]{64}$/.test(sum)
      ? [{ path: path.replace(/^\.?\//, ''), algorithm: 'sha256' as const, sum, from: MANIFEST }]
      : [],
  );
}

const manifestSchema = z.object({
  files: z
    .union([z.record(z.string(), z.string()), z.array(z.object({ path: z.string(), sha256: z.string() }))])
    .default({}),
});
