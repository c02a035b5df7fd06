/** How large the sectors are of the disk that an image, or a device, was partitioned as. Looks only. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The header of a GPT is in the second sector, and begins with this (UEFI 2.10, 5.3.2). */
const SIGNATURE = 'EFI PART';
const SIZES = [512, 4096, 1024, 2048];

/** Null where it has no GPT, or cannot be read. */
export async function sectorBytesOfTable(path: string): Promise<number | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => null);
  if (file === null) return null;
  try {
    for (const bytes of SIZES) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(SIGNATURE.length), 0, SIGNATURE.length, bytes);
      if (bytesRead === SIGNATURE.length && buffer.toString('latin1') === SIGNATURE) return bytes;
    }
    return null;
  } catch {
    return null;
  } finally {
    await file.close();
  }
}
