/** An image is not what it is made from, nor another image of the same host, by whatever names. */
import type { Facts } from '../facts/facts.ts';
import { parseSource } from '../profile/source-ref.ts';
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
    ...(medium === undefined ? [] : [{ path: medium.path, name: `the medium ${medium.source}` }]),
  ];
  for (const [index, path] of images.entries())
    for (const other of [...read, ...images.slice(index + 1).map((image) => ({ path: image }))])
      await refuseOverlap({ path, name: `the image ${path}` }, other);
}
