/** What lies on unreadable places of an image, by file and by package. Pure. */
import type { Message } from '../../i18n/phrase.ts';
import type { Range } from './damage.ts';
import type { IsoFile } from './iso9660.ts';

export interface Affected {
  readonly path: string;
  readonly isFolder: boolean;
  /** Name of the Debian package, where the file is one. */
  readonly package: string | null;
}

/** Files and folders with at least one byte in one of the ranges, in the order of their names. */
export function affectedFiles(files: readonly IsoFile[], bad: readonly Pick<Range, 'from' | 'to'>[]): Affected[] {
  const hit = (file: IsoFile): boolean =>
    file.extents.some(({ offset, sizeBytes }) => bad.some(({ from, to }) => from < offset + sizeBytes && to > offset));
  return files
    .filter(hit)
    .map(({ path, isFolder }) => ({ path, isFolder, package: packageName(path) }))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** `pool/main/b/bash/bash_5.2-1_amd64.deb` → bash. */
export function packageName(path: string): string | null {
  return /(?:^|\/)([a-z0-9][a-z0-9+.-]+)_[^/]+\.u?deb$/.exec(path)?.[1] ?? null;
}

/** One line for people. */
export function describeAffected({ path, isFolder, package: name }: Affected): Message {
  if (name !== null) return { key: 'cli.affected.package', values: { name, path } };
  return isFolder ? { key: 'cli.affected.folder', values: { path } } : path;
}
