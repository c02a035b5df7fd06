/** Rock Ridge's names (IEEE P1282) in the system use area of a directory record. Pure. */
import type { ReadAt } from './byte-source.ts';

const SECTOR_BYTES = 2048;
const MOST_CONTINUATIONS = 8;
/** Of bytes: Linux has names of 255. */
const MOST_NAME = 1024;

/** The name as it was before ISO 9660 cut it; null where there is none. */
export async function nameOf(area: Buffer, readAt: ReadAt): Promise<string | null> {
  let name: Buffer = Buffer.alloc(0);
  let found = false;
  let next: Buffer | null = area;
  for (let round = 0; next !== null && round < MOST_CONTINUATIONS; round++) {
    const bytes: Buffer = next;
    next = null;
    for (let at = 0; at + 4 <= bytes.length;) {
      const length = bytes[at + 2] ?? 0;
      if (length < 4 || at + length > bytes.length) break;
      const signature = bytes.toString('latin1', at, at + 2);
      if (signature === 'NM') {
        found = true;
        if (name.length < MOST_NAME) name = Buffer.concat([name, bytes.subarray(at + 5, at + length)]);
      }
      if (signature === 'CE' && length >= 28)
        next = (await readAt(bytes.readUInt32LE(at + 4) * SECTOR_BYTES, SECTOR_BYTES)).subarray(
          bytes.readUInt32LE(at + 12),
          bytes.readUInt32LE(at + 12) + bytes.readUInt32LE(at + 20),
        );
      if (signature === 'ST') break;
      at += length;
    }
  }
  return found ? name.toString('utf8') : null;
}
