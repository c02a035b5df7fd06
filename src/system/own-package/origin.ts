/** Where the package of the very program that runs comes from. */
import { dirname, join, resolve } from 'node:path';
import { getAsset, getAssetKeys, isSea } from 'node:sea';
import { PROGRAM } from '../../medium/build/live-files.ts';
import { checksumsOf, MANIFEST } from '../../medium/copy/file-checksums.ts';
import { MEDIUM_TOOLS_FILE } from '../../medium/build/manifest.ts';
import { MEDIUM } from '../../medium/session/places.ts';
import { localFiles, statOrNull } from '../files/files.ts';
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
  const script = join(dirname(dirname(resolve(program.script))), 'src', 'setup', 'package.mjs');
  return (await statOrNull(script)) === null ? null : { from: 'sources', script };
}

async function onMedium(medium: string): Promise<Origin | null> {
  const manifest = await localFiles.readText(join(medium, MANIFEST)).catch(() => null);
  const sums = manifest === null ? [] : checksumsOf(MANIFEST, manifest);
  const sha256 = sums.find(({ path }) => path === MEDIUM_TOOLS_FILE)?.sum;
  return sha256 === undefined ? null : { from: 'medium', path: join(medium, MEDIUM_TOOLS_FILE), sha256 };
}
