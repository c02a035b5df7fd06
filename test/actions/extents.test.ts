import fc from 'fast-check';
import { expect, test } from 'vitest';
import { imageShape } from '../../src/actions/base-image.ts';
import { usedExtents } from '../../src/actions/extents.ts';

const listing = (blocks: number, free: readonly string[]): string =>
  `Block count:              ${blocks}\nBlock size:               4096\n\n\nGroup 0: (Blocks 0-${blocks - 1})\n  Free blocks: ${free.join(', ')}\n  Free inodes: 12-4096\n`;
const MIB_BLOCKS = 256;

test('free ranges are left out, single free blocks and inodes are not mistaken for them', () => {
  expect(usedExtents(listing(2000, ['500-1499']))).toEqual({
    sizeBytes: 2000 * 4096,
    usedBytes: 1000 * 4096,
    extents: [
      { offset: 0, length: 500 * 4096 },
      { offset: 1500 * 4096, length: 500 * 4096 },
    ],
  });
  expect(usedExtents(listing(2000, ['7', '900'])).extents).toEqual([{ offset: 0, length: 2000 * 4096 }]);
  expect(usedExtents(listing(2000, [])).usedBytes).toBe(2000 * 4096);
});

test('something else than a listing is refused', () => {
  expect(() => usedExtents('dumpe2fs: Bad magic number')).toThrow('not a listing');
});

test('every used block is in exactly one range, whatever is free', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }),
      fc.boolean(),
      (lengths, freeFirst) => {
        const free: string[] = [];
        const used: boolean[] = [];
        for (const [index, length] of lengths.entries()) {
          const isFree = (index % 2 === 0) === freeFirst;
          if (isFree) free.push(length === 1 ? `${used.length}` : `${used.length}-${used.length + length - 1}`);
          for (let block = 0; block < length; block++) used.push(!isFree);
        }
        const { extents } = usedExtents(listing(used.length, free));
        let last = -1;
        for (const { offset, length } of extents) {
          expect(offset).toBeGreaterThan(last);
          last = offset + length - 1;
        }
        for (const [block, isUsed] of used.entries())
          if (isUsed)
            expect(extents.some(({ offset, length }) => block * 4096 >= offset && block * 4096 < offset + length)).toBe(
              true,
            );
      },
    ),
  );
});

test('an image has room for its files, however small they are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2_000_000 }), fc.integer({ min: 0, max: 10 }), (files, perFile) => {
      const { sizeMiB, bytesPerInode } = imageShape({ files, blocks: files * Math.max(1, perFile) });
      expect((sizeMiB * 1024 * 1024) / bytesPerInode).toBeGreaterThan(files);
      expect(sizeMiB).toBeGreaterThan((files * Math.max(1, perFile)) / MIB_BLOCKS);
    }),
  );
});
