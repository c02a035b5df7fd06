/**
 * A screen as an SVG picture: every cell where the terminal has it, in its colours. (Of the libraries for this one is
 * asleep since years and draws recordings, the other ones write HTML, which a README does not show.)
 */
import type { IBufferCell } from '@xterm/headless';
import type { ScreenModel } from '../components/support/screen-model.ts';

const CELL = { width: 8.4, height: 18, baseline: 13.5, font: 14 };
const MARGIN = 14;
const PAPER = '#1b1f27';
const INK = '#d5dae3';
/** The sixteen colours of a terminal, bright ones last. */
const PALETTE = [
  '#1b1f27',
  '#e06c75',
  '#98c379',
  '#e5c07b',
  '#61afef',
  '#c678dd',
  '#56b6c2',
  '#d5dae3',
  '#5c6370',
  '#ff7b86',
  '#b1e08f',
  '#ffd98e',
  '#7cc4ff',
  '#dd94f2',
  '#6fd3df',
  '#ffffff',
];

interface Look {
  readonly ink: string;
  readonly paper: string;
  readonly isBold: boolean;
  readonly isDim: boolean;
}
interface Run extends Look {
  readonly at: number;
  text: string;
  cells: number;
}

/** The picture; `title` is what people hear who do not see it. */
export function svgOf(
  screen: Pick<ScreenModel, 'buffer'>,
  { columns, rows, title }: { readonly columns: number; readonly rows: number; readonly title: string },
): string {
  const [width, height] = [columns * CELL.width + 2 * MARGIN, rows * CELL.height + 2 * MARGIN];
  const lines = Array.from({ length: rows }, (_, row) =>
    runsOf(screen, row, columns)
      .map((run) => drawn(run, row))
      .join(''),
  ).filter((line) => line !== '');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${figure(width)} ${height}" width="${figure(width)}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="${PAPER}"/>`,
    `<g font-family="ui-monospace, 'DejaVu Sans Mono', 'Liberation Mono', Menlo, Consolas, monospace" font-size="${CELL.font}" xml:space="preserve">`,
    ...lines,
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Neighbours that look the same, as one. */
function runsOf(screen: Pick<ScreenModel, 'buffer'>, row: number, columns: number): Run[] {
  const buffer = screen.buffer();
  const line = buffer.getLine(buffer.baseY + row);
  const runs: Run[] = [];
  for (let column = 0; column < columns; column++) {
    const cell = line?.getCell(column);
    if (cell === undefined || cell.getWidth() === 0) continue;
    const look = lookOf(cell);
    const last = runs.at(-1);
    if (
      last !== undefined &&
      last.ink === look.ink &&
      last.paper === look.paper &&
      last.isBold === look.isBold &&
      last.isDim === look.isDim
    ) {
      last.text += cell.getChars() || ' ';
      last.cells += cell.getWidth();
    } else runs.push({ ...look, at: column, text: cell.getChars() || ' ', cells: cell.getWidth() });
  }
  return runs;
}

function lookOf(cell: IBufferCell): Look {
  const [ink, paper] = [
    colourOf(cell.isFgPalette(), cell.isFgRGB(), cell.getFgColor(), INK),
    colourOf(cell.isBgPalette(), cell.isBgRGB(), cell.getBgColor(), PAPER),
  ];
  const isInverse = cell.isInverse() !== 0;
  return {
    ink: isInverse ? paper : ink,
    paper: isInverse ? ink : paper,
    isBold: cell.isBold() !== 0,
    isDim: cell.isDim() !== 0,
  };
}

function colourOf(isPalette: boolean, isRgb: boolean, colour: number, otherwise: string): string {
  if (isRgb) return `#${colour.toString(16).padStart(6, '0')}`;
  return isPalette ? (PALETTE[colour] ?? otherwise) : otherwise;
}

function drawn({ at, text, cells, ink, paper, isBold, isDim }: Run, row: number): string {
  const [x, y] = [MARGIN + at * CELL.width, MARGIN + row * CELL.height];
  const back =
    paper === PAPER
      ? ''
      : `<rect x="${figure(x)}" y="${y}" width="${figure(cells * CELL.width)}" height="${CELL.height}" fill="${paper}"/>`;
  const shown = text.trimEnd();
  if (shown.trim() === '') return back;
  const lead = shown.length - shown.trimStart().length;
  // The width is said, too: whatever font there is, columns stand below each other.
  const own = shown.trimStart();
  const ownCells = cells - lead - (text.length - shown.length);
  return `${back}<text x="${figure(x + lead * CELL.width)}" y="${figure(y + CELL.baseline)}" textLength="${figure(ownCells * CELL.width)}" lengthAdjust="spacingAndGlyphs" fill="${ink}"${isBold ? ' font-weight="bold"' : ''}${isDim ? ' opacity="0.65"' : ''}>${escaped(own)}</text>`;
}

const figure = (value: number): string => String(Math.round(value * 100) / 100);

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
