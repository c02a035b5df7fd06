/** One row of the screen, made of pieces of text. It never takes more than its row, whatever is in it. */
import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { cellsOf, cut } from '../../src/ui/cells.ts';
import type { StyleName } from '../../src/ui/theme.ts';
import { useLook } from '../look.tsx';

export interface Piece { readonly text: string; readonly style?: StyleName }
export type Line = readonly Piece[];

export function Row({ line, width }: { readonly line: Line; readonly width: number }): ReactNode {
  const { theme, show, glyphs } = useLook();
  let left = width;
  const pieces = line.flatMap((piece, index) => {
    const text = cut(show(piece.text), left, glyphs.ellipsis);
    left -= cellsOf(text);
    return text === '' ? [] : [<Text key={index} {...theme[piece.style ?? 'plain']}>{text}</Text>];
  });
  return <Box height={1} width={width} flexShrink={0}><Text wrap="truncate">{pieces.length === 0 ? ' ' : pieces}</Text></Box>;
}

export const plainLine = (text: string, style?: StyleName): Line => [style === undefined ? { text } : { text, style }];
