/**
 * What must not be lost by making an image: what it is made from, another image of the same host, by whatever names,
 * and a file that is somebody's.
 */
import { EXIT, failure } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import { parseSource } from '../profile/source-ref.ts';
import { imageExists } from '../system/disk/image-files.ts';
import { refuseOverlap } from '../system/disk/same-storage.ts';

/**
 * Throws `same-storage` (exit 2). A state folder of another image's run would else let the medium pass as an image that
 * was begun. `source`: the profile's.
 */
export async function refuseImageLoss(
  images: readonly string[],
  source: string,
  { medium }: Pick<Facts, 'medium'>,
): Promise<void> {
  const ref = parseSource(source);
  const read = [
    ...(ref.kind === 'path' ? [{ path: ref.path }] : []),
    ...(medium === undefined
      ? []
      : [{ path: medium.path, name: { key: 'cli.places.medium', values: { source: medium.source } } as const }]),
  ];
  for (const [index, path] of images.entries())
    for (const other of [...read, ...images.slice(index + 1).map((image) => ({ path: image }))])
      await refuseOverlap({ path, name: { key: 'cli.places.image', values: { path } } }, other);
}

/**
 * An image without our state beside it is somebody's: it is never overwritten. Throws `image-exists` (exit 4).
 * `remove`: the command by which it goes.
 */
export async function refuseForeignImage(image: string | undefined, fresh: boolean, remove: string): Promise<void> {
  if (image === undefined || !fresh || !(await imageExists(image))) return;
  throw failure('image-exists', EXIT.refused, { image, remove });
}
