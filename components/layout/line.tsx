/** One row of the screen, made of pieces of text. It never takes more than its row, whatever is in it. */
import { Box, Text } from 'ink';
import TextInput from 'ink-text-input';
import type { ReactNode } from 'react';
import { cellsOf, cut } from '../../src/ui/terminal/cells.ts';
import type { StyleName } from '../../src/ui/terminal/theme.ts';
import { useLook, type Look } from '../look.tsx';

export interface Piece {
  readonly text: string;
  readonly style?: StyleName;
  /** Part of a line of text that is being edited. */
  readonly isInput?: true;
}
export type Line = readonly Piece[];

export function Row({ line, width }: { readonly line: Line; readonly width: number }): ReactNode {
  const look = useLook();
  const pieces = fitted(line, width, look).map(({ text, style, isInput }, index) => (
    <Text key={index} {...look.theme[style ?? 'plain']}>
      {isInput === true ? <TextInput value={text} focus={false} showCursor={false} onChange={neverEdited} /> : text}
    </Text>
  ));
  return (
    <Box height={1} width={width} flexShrink={0}>
      <Text wrap="truncate">{pieces.length === 0 ? ' ' : pieces}</Text>
    </Box>
  );
}

/** Keys and value are `src/ui/inputs/text-state.ts`'s; without the focus the library draws and edits nothing itself. */
function neverEdited(): void {
  throw new Error('a text field was edited past its state');
}

/** The pieces as far as they fit; the one that does not is cut. */
export function fitted(line: Line, width: number, { show, glyphs }: Look): Piece[] {
  const pieces: Piece[] = [];
  let left = width;
  for (const piece of line) {
    const text = cut(show(piece.text), left, glyphs.ellipsis);
    left -= cellsOf(text);
    if (text !== '') pieces.push({ ...piece, text });
  }
  return pieces;
}

export const plainLine = (text: string, style?: StyleName): Line => [style === undefined ? { text } : { text, style }];
