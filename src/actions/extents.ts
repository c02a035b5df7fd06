/** Which byte ranges of an ext filesystem image are in use, from what dumpe2fs(8) prints. Pure. */

export interface Extent {
  readonly offset: number;
  readonly length: number;
}
export interface ExtentList {
  readonly sizeBytes: number;
  readonly usedBytes: number;
  readonly extents: readonly Extent[];
}

/** Free runs shorter than this are written along: one long write beats two short ones. */
const GAP_BYTES = 1024 * 1024;

/**
 * The used ranges. Metadata counts as used even where it is all zeros: on a volume that held something else before, it
 * must become zero. Throws when the listing is not dumpe2fs's.
 */
export function usedExtents(listing: string): ExtentList {
  const blockSize = Number(/^Block size:\s+(\d+)$/m.exec(listing)?.[1]);
  const blocks = Number(/^Block count:\s+(\d+)$/m.exec(listing)?.[1]);
  if (!(blockSize > 0) || !(blocks > 0)) throw new Error('not a listing of dumpe2fs');
  const free = [...listing.matchAll(/^ {2}Free blocks: (.+)$/gm)]
    .flatMap((match) =>
      (match[1] ?? '')
        .split(',')
        .map((range) => range.trim())
        .filter((range) => range !== '')
        .map((range) => {
          const [first, last] = range.split('-').map(Number);
          return { first: first as number, last: last ?? (first as number) };
        }),
    )
    .sort((a, b) => a.first - b.first);
  const extents: Extent[] = [];
  let next = 0;
  for (const range of [...free, { first: blocks, last: blocks }]) {
    if (range.first > next) push(extents, { offset: next * blockSize, length: (range.first - next) * blockSize });
    next = range.last + 1;
  }
  return { sizeBytes: blocks * blockSize, usedBytes: extents.reduce((sum, extent) => sum + extent.length, 0), extents };
}

function push(extents: Extent[], extent: Extent): void {
  const last = extents.at(-1);
  if (last !== undefined && extent.offset - (last.offset + last.length) < GAP_BYTES)
    extents[extents.length - 1] = { offset: last.offset, length: extent.offset + extent.length - last.offset };
  else extents.push(extent);
}
