/** Disk images: their sparse files and the state kept beside them. */
import { randomBytes } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, failure } from '../../errors.ts';
import { makeFolder, readOwn, refuseUnsafeFolder, writeOwn } from '../files/own-files.ts';
import { commandLine } from '../../plan/shell-words.ts';

/** The folder beside an image that keeps its seed, journal, events and log. */
export function imageState(image: string): string {
  return `${image}.xenwright`;
}

/** The image's seed; drawn once and kept, so that its host is the same again after every plan and reinstall. */
export async function imageSeed(image: string): Promise<string> {
  return (await keptImageSeed(image)) ?? (await keepImageSeed(image, randomBytes(32).toString('hex')));
}

/** The seed kept beside an image; null when there is none yet. */
export async function keptImageSeed(image: string): Promise<string | null> {
  await refuseUnsafeFolder(imageState(image));
  const seed = (await readOwn(seedFile(image)))?.toString('utf8').trim() ?? '';
  return /^[0-9a-f]{64}$/.test(seed) ? seed : null;
}

/** Keeps a seed beside an image, unless it has one. Gives the one that is kept. */
export async function keepImageSeed(image: string, seed: string): Promise<string> {
  const kept = await keptImageSeed(image);
  if (kept !== null) return kept;
  await makeFolder(imageState(image));
  await writeOwn(seedFile(image), `${seed}\n`);
  return seed;
}

function seedFile(image: string): string {
  return join(imageState(image), 'seed');
}

/** Makes the sparse file, or takes one that is as large as planned. Throws `image-too-small`, `not-an-image` (exit 4). */
export async function ensureImage(image: string, sizeMiB: number): Promise<void> {
  const bytes = sizeMiB * 1024 * 1024;
  const existing = await stat(image).catch(() => null);
  if (existing !== null) {
    if (!existing.isFile()) throw failure('not-an-image.install', EXIT.refused, { image });
    if (existing.size < bytes)
      throw failure('image-too-small', EXIT.refused, {
        image,
        hasMiB: Math.floor(existing.size / 1048576),
        wantedMiB: sizeMiB,
        grow: commandLine(['truncate', `--size=${sizeMiB}M`, image]),
        remove: commandLine(['rm', '-rf', image, imageState(image)]),
      });
    return;
  }
  const file = await open(image, 'wx', 0o600);
  try {
    await file.truncate(bytes);
  } finally {
    await file.close();
  }
}

/** Megabytes free where a file would lie, for a warning before a long run. */
export async function imageExists(image: string): Promise<boolean> {
  return await stat(image).then(
    () => true,
    () => false,
  );
}
