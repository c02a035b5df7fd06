/** One row of the screen, made of pieces of text. It never takes more than its row, whatever is in it. */
import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { cellsOf, cut } from '../../src/ui/terminal/cells.ts';
import type { StyleName } from '../../src/ui/terminal/theme.ts';
import { useLook, type Look } from '../look.tsx';

export interface Piece {
  readonly text: string;
  readonly style?: StyleName;
}
export type Line = readonly Piece[];

export function Row({ line, width }: { readonly line: Line; readonly width: number }): ReactNode {
  const look = useLook();
  const pieces = fitted(line, width, look).map(({ text, style }, index) => (
    <Text key={index} {...look.theme[style ?? 'plain']}>
      {text}
    </Text>
  ));
  return (
    <Box height={1} width={width} flexShrink={0}>
      <Text wrap="truncate">{pieces.length === 0 ? ' ' : pieces}</Text>
    </Box>
  );
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
