/** A line of text being edited, as pieces: the part around the cursor that fits, the cursor as a block. Pure. */
import { cellsOf, cut, graphemesOf } from '../../src/ui/terminal/cells.ts';
import type { Piece } from '../layout/line.tsx';
import type { TextState } from '../../src/ui/inputs/text-state.ts';

/** `mask`: shown instead of each character. */
export function textPieces({ text, cursor }: TextState, width: number, mask?: string): Piece[] {
  const hide = (part: string): string =>
    mask === undefined
      ? part
      : graphemesOf(part)
          .map(() => mask)
          .join('');
  const before = hide(text.slice(0, cursor));
  const [under = ' ', ...rest] = graphemesOf(hide(text.slice(cursor)));
  // The cursor stays in view: a long text moves to the left under it.
  const room = Math.max(1, width - 1);
  const shownBefore = cellsOf(before) < room ? before : tail(before, Math.floor(room / 2));
  const after = cut(rest.join(''), Math.max(0, width - cellsOf(shownBefore) - cellsOf(under)));
  return [
    { text: shownBefore, isInput: true },
    { text: under, style: 'cursor' },
    { text: after, isInput: true },
  ];
}

function tail(text: string, cells: number): string {
  let kept = '';
  for (const grapheme of graphemesOf(text).toReversed()) {
    if (cellsOf(kept) + cellsOf(grapheme) > cells) break;
    kept = grapheme + kept;
  }
  return kept;
}
