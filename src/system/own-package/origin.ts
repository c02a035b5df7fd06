/** Where the package of the very program that runs comes from. */
import type { Stats } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { getAsset, getAssetKeys, isSea } from 'node:sea';
import { PROGRAM } from '../../medium/build/live-files.ts';
import { checksumsOf, MANIFEST } from '../../medium/copy/file-checksums.ts';
import { MEDIUM_TOOLS_FILE } from '../../medium/build/manifest.ts';
import { MEDIUM } from '../../medium/session/places.ts';
import { localFiles } from '../files/files.ts';
import { BY_ALL, BY_GROUP } from '../files/ownership.ts';
import { ownProgram, type OwnProgram } from '../process/own-program.ts';
import { KIT_ASSET, type Kit } from './kit.ts';

export type Origin =
  /** The medium that this system was started from has it, with its sum. */
  | { readonly from: 'medium'; readonly path: string; readonly sha256: string }
  /** The single executable carries what its package has beside it. */
  | { readonly from: 'executable'; readonly executable: string; readonly kit: Kit }
  /** The bundle of a checkout, which can make it. */
  | { readonly from: 'sources'; readonly script: string };

/** Null: a bundle alone, or an executable without a kit. */
export async function packageOrigin(program: OwnProgram = ownProgram(), medium = MEDIUM): Promise<Origin | null> {
  if (Object.values<string>(PROGRAM).includes(program.script ?? program.executable)) return await onMedium(medium);
  if (program.script === null) {
    const hasKit = isSea() && getAssetKeys().includes(KIT_ASSET);
    return hasKit
      ? { from: 'executable', executable: program.executable, kit: JSON.parse(getAsset(KIT_ASSET, 'utf8')) as Kit }
      : null;
  }
  return await inCheckout(dirname(dirname(resolve(program.script))));
}

/**
 * Only where it is in the hands of those who could have changed the bundle as well: beside one that was copied to /tmp
 * anybody may have put such a script.
 */
async function inCheckout(root: string): Promise<Origin | null> {
  const folders = [root, join(root, 'src'), join(root, 'src/setup')];
  const script = join(root, 'src/setup/package.mjs');
  const [whole, ...inside] = await Promise.all([...folders, script].map((path) => lstat(path).catch(() => null)));
  const isTheirs = (stats: Stats | null | undefined): boolean =>
    stats != null &&
    !stats.isSymbolicLink() &&
    (stats.uid === 0 || stats.uid === whole?.uid) &&
    (stats.mode & BY_ALL) === 0 &&
    ((stats.mode & BY_GROUP) === 0 || stats.gid === 0 || stats.gid === whole?.gid);
  return [whole, ...inside].every(isTheirs) ? { from: 'sources', script } : null;
}

async function onMedium(medium: string): Promise<Origin | null> {
  const manifest = await localFiles.readText(join(medium, MANIFEST)).catch(() => null);
  const sums = manifest === null ? [] : checksumsOf(MANIFEST, manifest);
  const sha256 = sums.find(({ path }) => path === MEDIUM_TOOLS_FILE)?.sum;
  return sha256 === undefined ? null : { from: 'medium', path: join(medium, MEDIUM_TOOLS_FILE), sha256 };
}
