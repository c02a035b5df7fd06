/** Pieces of text side by side in exactly so many cells. Pure. */
import { fitted, type Piece } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { cellsOf } from '../../src/ui/terminal/cells.ts';

/** Cut or filled up to `width`. */
export function fill(pieces: readonly Piece[], width: number, look: Look): Piece[] {
  const fitting = fitted(pieces, width, look);
  const left = width - fitting.reduce((sum, { text }) => sum + cellsOf(text), 0);
  return left > 0 ? [...fitting, { text: ' '.repeat(left) }] : fitting;
}

/** A bar of `width` cells. */
export function bar(share: number, width: number, { glyphs }: Look): string {
  const full = Math.max(0, Math.min(width, Math.floor(share * width)));
  return glyphs.full.repeat(full) + glyphs.empty.repeat(width - full);
}
