/** What is around every screen: whose it is and which step, the screen's name; below, help, findings and keys. */
import { Box } from 'ink';
import type { ReactNode } from 'react';
import { cellsOf, pad, wrap } from '../../src/ui/terminal/cells.ts';
import { useLook } from '../look.tsx';
import { plainLine, Row, type Line } from './line.tsx';

export interface FrameNote {
  readonly severity: 'error' | 'warning' | 'good';
  readonly text: string;
}
export interface FrameProps {
  readonly columns: number;
  readonly rows: number;
  readonly whose: string;
  readonly step: string;
  readonly title: string;
  readonly help: string;
  readonly notes: readonly FrameNote[];
  readonly keys: readonly string[];
  /** How many rows help and notes have, whatever is in them. */
  readonly helpRows?: number;
  readonly noteRows?: number;
  /** Draws the body into so many rows. */
  body(height: number): ReactNode;
}

const NOTE_ROWS = 3;
const HELP_ROWS = 2;
/** Header, title and a blank above; rule and keys below. */
const OTHER_ROWS = 5;

export function Frame({
  columns,
  rows,
  whose,
  step,
  title,
  help,
  notes,
  keys,
  helpRows = HELP_ROWS,
  noteRows = NOTE_ROWS,
  body,
}: FrameProps): ReactNode {
  const { t, glyphs, mark, show } = useLook();
  // The last column stays free: some terminals wrap when it is written.
  const width = columns - 1;
  const left = ` Xenwright ${glyphs.dot} ${show(whose)}`;
  const height = Math.max(1, rows - OTHER_ROWS - helpRows - noteRows);
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Row line={plainLine(pad(left, width - cellsOf(step) - 1) + step + ' ', 'bar')} width={width} />
      <Row line={plainLine(` ${title}`, 'title')} width={width} />
      <Row line={mark === undefined ? [] : plainLine(` ${t(mark)}`, 'warning')} width={width} />
      <Box flexDirection="column" height={height} overflow="hidden">
        {body(height)}
      </Box>
      <Row line={plainLine(glyphs.rule.repeat(width), 'quiet')} width={width} />
      {[...wrap(help, width - 2), ''].slice(0, helpRows).map((text, index) => (
        <Row key={index} line={plainLine(` ${text}`)} width={width} />
      ))}
      {noteLines(notes, width, noteRows, t).map((line, index) => (
        <Row key={index} line={line} width={width} />
      ))}
      <Row line={plainLine(keyRow(keys, width), 'quiet')} width={width} />
    </Box>
  );
}

/** Closer together before one is cut. */
function keyRow(keys: readonly string[], width: number): string {
  const row = ` ${keys.join('  ')}`;
  return cellsOf(row) <= width ? row : ` ${keys.join(' ')}`;
}

/** Always so many rows, so that nothing jumps when a finding comes or goes. */
function noteLines(
  notes: readonly FrameNote[],
  width: number,
  rows: number,
  t: ReturnType<typeof useLook>['t'],
): Line[] {
  const all = notes.map((note) =>
    wrap(
      `${note.severity === 'good' ? '' : `${t(note.severity === 'error' ? 'frame.error' : 'frame.warning')} `}${note.text}`,
      width - 1,
    ).map((text) => plainLine(` ${text}`, note.severity)),
  );
  const lines: Line[] = [];
  let shown = 0;
  for (const one of all) {
    const room = rows - lines.length - (shown < all.length - 1 ? 1 : 0);
    if (shown > 0 && one.length > room) break;
    lines.push(...one.slice(0, Math.max(1, room)));
    shown++;
  }
  if (shown < all.length) lines.push(plainLine(` ${t('frame.more', { count: all.length - shown })}`, 'quiet'));
  while (lines.length < rows) lines.push([]);
  return lines.slice(0, rows);
}
