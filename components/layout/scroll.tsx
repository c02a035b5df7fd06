/**
 * Rows of a text that may be longer than its place: those around the one that matters, and how many are above and
 * below.
 */
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { useLook } from '../look.tsx';
import { plainLine, Row, type Line } from './line.tsx';

/** `at`: the row that must be in view. With `isOffset` it is the first one instead. */
export function Scroll({
  lines,
  at,
  height,
  width,
  isOffset = false,
}: {
  readonly lines: readonly Line[];
  readonly at: number;
  readonly height: number;
  readonly width: number;
  readonly isOffset?: boolean;
}): ReactNode {
  const { t, glyphs } = useLook();
  if (lines.length <= height)
    return (
      <Box flexDirection="column" height={height}>
        {lines.map((line, index) => (
          <Row key={index} line={line} width={width} />
        ))}
      </Box>
    );
  const rows = height - 2;
  const wanted = isOffset ? at : at - Math.floor(rows / 2);
  const from = Math.max(0, Math.min(wanted, lines.length - rows));
  const below = lines.length - rows - from;
  const shown = [
    from === 0 ? [] : plainLine(`  ${glyphs.up} ${t('frame.above', { count: from })}`, 'quiet'),
    ...lines.slice(from, from + rows),
    below === 0 ? [] : plainLine(`  ${glyphs.down} ${t('frame.below', { count: below })}`, 'quiet'),
  ];
  return (
    <Box flexDirection="column" height={height}>
      {shown.map((line, index) => (
        <Row key={index} line={line} width={width} />
      ))}
    </Box>
  );
}
