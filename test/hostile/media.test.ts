/** Hostile media, for as long as a unit test may take. The full lab has them for long. */
import { expect, test } from 'vitest';
import { canMakeDiscs } from '../medium/copy/small-disc.ts';
import { hostileMedia } from './media.ts';
import { hostileRun } from './seed.ts';

test.skipIf(!canMakeDiscs)(
  'every look at a hostile medium ends, with an answer or an error of the source',
  async () => {
    const { looks, wrong } = await hostileMedia(hostileRun('media', { seconds: 2 }));
    expect(wrong).toEqual([]);
    expect(looks).toBeGreaterThan(0);
  },
  180_000,
);
