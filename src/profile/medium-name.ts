/**
 * How a profile names a medium: a place, and perhaps the SHA-256 sum of its image (`/isos/debian.iso#sha256=…`), by
 * which the one who names it vouches for it. Pure.
 */

export interface MediumName {
  readonly place: string;
  /** Lower case hex. */
  readonly sha256: string | null;
}

const MARK = '#sha256=';

/** Null: there is a sum, and it is none. */
export function parseMediumName(text: string): MediumName | null {
  const at = text.lastIndexOf(MARK);
  if (at < 0) return { place: text, sha256: null };
  const sum = text.slice(at + MARK.length);
  return /^[0-9a-f]{64}$/i.test(sum) ? { place: text.slice(0, at), sha256: sum.toLowerCase() } : null;
}
