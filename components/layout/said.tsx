/** A sentence or two, wrapped to the screen. */
import type { ReactNode } from 'react';
import { wrap } from '../../src/ui/terminal/cells.ts';
import { plainLine, Row } from './line.tsx';

export function MessageAndHint({ text, width }: { readonly text: string; readonly width: number }): ReactNode {
  return wrap(text, width - 2).map((line, index) => <Row key={index} line={plainLine(` ${line}`)} width={width} />);
}
