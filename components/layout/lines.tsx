/** Lines below each other. Most of a frame are those of the frame before: they are not drawn again. */
import { memo, type ReactNode } from 'react';
import { Row, type Line } from './line.tsx';

export function Lines({ lines, width }: { readonly lines: readonly Line[]; readonly width: number }): ReactNode {
  return lines.map((line, index) => <StillRow key={index} line={line} width={width} />);
}

const StillRow = memo(
  Row,
  (before, now) =>
    before.width === now.width &&
    before.line.length === now.line.length &&
    before.line.every((piece, index) => piece.text === now.line[index]?.text && piece.style === now.line[index]?.style),
);
