/** What the wizard reads and writes: image files, and the profile it hands on. */
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, failure } from '../../errors.ts';
import { isRecord, parseJson } from '../../facts/lsblk.ts';
import { readOrdinary } from './files.ts';
import { readOwn, writeNamed } from './own-files.ts';
import { imageExists, imageState, keptImageSeed } from '../disk/image-files.ts';

export interface FoundImage {
  readonly file: string;
  readonly exists: boolean;
  readonly planHash: string | null;
  readonly seed: string | null;
}

/** Looks at an image without touching it: is it there, and what plan and seed are kept beside it. */
export async function lookAtImage(file: string): Promise<FoundImage> {
  // What must not be believed counts for nothing here; the install says so.
  const plan = await readOwn(join(imageState(file), 'plan.json')).catch(() => null);
  const seed = await keptImageSeed(file).catch(() => null);
  return { file, exists: await imageExists(file), planHash: hashIn(plan?.toString('utf8') ?? ''), seed };
}

/** Bases have hashes too: only the plan's own counts. */
function hashIn(text: string): string | null {
  const plan = parseJson(text);
  return isRecord(plan) && typeof plan['hash'] === 'string' ? plan['hash'] : null;
}

/**
 * Removes an image and the run into it. Its seed stays, so that the next host in it keeps its addresses. Throws
 * `not-an-image` (exit 4).
 */
export async function removeImage(file: string): Promise<void> {
  const there = await lstat(file).catch(() => null);
  // A disk's device node is a name like any other: removing it would lose the way to the disk.
  if (there !== null && !there.isFile()) throw failure('not-an-image.wizard', EXIT.refused, { file });
  await rm(file, { force: true });
  for (const name of ['journal.ndjson', 'events.ndjson', 'log.txt', 'plan.json', 'facts.json'])
    await rm(join(imageState(file), name), { force: true });
}

/**
 * Writes a profile for its owner alone. A file of that name with other content is left alone: the next free name is
 * taken. Gives the name.
 */
export async function writeProfile(path: string, text: string): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? path : path.replace(/(\.ya?ml)?$/, `-${number}$1`);
    const isThere = await lstat(name).then(
      () => true,
      () => false,
    );
    // Also what cannot be read, or leads to nothing.
    if (isThere && String(await readOrdinary(name).catch(() => null)) !== text) continue;
    if (!isThere) await writeNamed(name, text);
    return name;
  }
}
