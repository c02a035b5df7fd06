/** Pieces of text side by side in exactly so many cells. Pure. */
import type { Piece } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { cellsOf, cut } from '../../src/ui/cells.ts';

/** Cut or filled up to `width`. */
export function fill(pieces: readonly Piece[], width: number, { show, glyphs }: Look): Piece[] {
  const filled: Piece[] = [];
  let left = width;
  for (const piece of pieces) {
    const text = cut(show(piece.text), left, glyphs.ellipsis);
    left -= cellsOf(text);
    if (text !== '') filled.push({ ...piece, text });
  }
  if (left > 0) filled.push({ text: ' '.repeat(left) });
  return filled;
}

/** A bar of `width` cells. */
export function bar(share: number, width: number, { glyphs }: Look): string {
  const full = Math.max(0, Math.min(width, Math.floor(share * width)));
  return glyphs.full.repeat(full) + glyphs.empty.repeat(width - full);
}
