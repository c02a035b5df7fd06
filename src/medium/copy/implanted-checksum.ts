/** The MD5 sum that isomd5sum implants into an image's volume descriptor, and what it is a sum of. Pure. */
import { PVD_OFFSET, SECTOR_BYTES, type IsoVolume } from './iso9660.ts';

const APPLICATION_OFFSET = PVD_OFFSET + 883;
const APPLICATION_BYTES = 512;

export interface ImplantedChecksum {
  readonly md5: string;
  /** The sum is over the bytes before this one. */
  readonly endBytes: number;
  /** Counted as spaces: the place of the sum itself. */
  readonly blank: { readonly from: number; readonly to: number };
}

/** Null where none was implanted. */
export function implantedChecksum({ applicationUse, sizeBytes }: IsoVolume): ImplantedChecksum | null {
  const md5 = /ISO MD5SUM = ([0-9a-f]{32})/.exec(applicationUse)?.[1];
  if (md5 === undefined) return null;
  const skipped = Number(/SKIPSECTORS = (\d+)/.exec(applicationUse)?.[1] ?? 0);
  return {
    md5,
    endBytes: sizeBytes - skipped * SECTOR_BYTES,
    blank: { from: APPLICATION_OFFSET, to: APPLICATION_OFFSET + APPLICATION_BYTES },
  };
}
