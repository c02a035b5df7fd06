/** The DomUs as a table: a row each, as many columns as the terminal has room for. Pure. */
import type { Line, Piece } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { cellsOf, cut, pad, padStart } from '../../src/ui/terminal/cells.ts';
import { windowOf } from '../../src/ui/inputs/select-state.ts';
import type { StyleName } from '../../src/ui/terminal/theme.ts';
import type { ListedDomu } from '../../src/host/domus/list-result.ts';
import { DOMU_STATES } from '../../src/i18n/domu-states.ts';
import { figuresOf } from '../../src/i18n/figures.ts';
import type { HostSnapshot } from '../../src/ui/host/session.ts';
import { listedDomus, rowOf, taskOf } from '../../src/ui/host/rows.ts';

const POINTER = 3;
const GAP = 2;
const SHORTEST_NAME = 8;
const LONGEST_NAME = 24;
/** An IPv4 address. */
const ADDRESS = 15;

interface Column {
  readonly name: 'state' | 'memory' | 'cpu' | 'disk' | 'address';
  readonly head: string;
  readonly isNumber: boolean;
  readonly cells: number;
}

/** The head, and the rows around the highlight. */
export function domuLines(snapshot: HostSnapshot, rows: number, width: number, look: Look): Line[] {
  const { state, view } = snapshot;
  const domus = listedDomus(state, view);
  const at = rowOf(domus, view);
  const { from, to } = windowOf(domus.length, at, rows);
  const shown = domus.slice(from, to);
  const columns = columnsIn(width, look);
  const taken = columns.reduce((sum, { cells }) => sum + GAP + cells, 0);
  const nameCells = Math.max(SHORTEST_NAME, Math.min(LONGEST_NAME, width - POINTER - taken));
  const { t } = look;
  const head = [
    ' '.repeat(POINTER) + pad(cut(t('commandLine.domu.list.heads.name'), nameCells), nameCells),
    ...columns.map((column) => placed(column.head, column)),
  ].join(' '.repeat(GAP));
  return [
    [{ text: head.trimEnd(), style: 'quiet' }],
    ...shown.map((domu, index): Line => {
      const isFocused = from + index === at;
      const style = isFocused ? 'focus' : 'plain';
      return joined([
        { text: isFocused ? ` ${look.glyphs.pointer} ` : ' '.repeat(POINTER), style },
        { text: pad(cut(look.show(domu.name), nameCells, '~'), nameCells), style },
        ...columns.flatMap((column): Piece[] => {
          const cell = cellOf(column, domu, snapshot, look);
          return [{ text: ' '.repeat(GAP) }, { text: placed(cell.text, column), style: cell.style }];
        }),
      ]);
    }),
  ];
}

/** Neighbours that look the same, as one: each piece is an element to draw. */
function joined(pieces: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const { text, style = 'plain' } of pieces) {
    const last = all.at(-1);
    if (last !== undefined && (last.style === style || text.trim() === ''))
      all[all.length - 1] = { ...last, text: last.text + text };
    else all.push({ text, style });
  }
  return all;
}

function placed(text: string, { cells, isNumber }: Column): string {
  const fitting = cut(text, cells, '~');
  return isNumber ? padStart(fitting, cells) : pad(fitting, cells);
}

let known: { readonly width: number; readonly t: Look['t']; readonly columns: readonly Column[] } | null = null;

/** The least important ones go first. The same for every frame of a terminal. */
function columnsIn(width: number, { t }: Look): readonly Column[] {
  if (known?.width !== width || known.t !== t) known = { width, t, columns: chosenColumns(width, t) };
  return known.columns;
}

function chosenColumns(width: number, t: Look['t']): Column[] {
  const size = Math.max(...[1023, 10_239, 999 * 1024].map((miB) => cellsOf(figuresOf(t).size(miB))));
  const states = [...Object.values(DOMU_STATES), 'hostScreen.up' as const, 'hostScreen.notUp' as const];
  const column = (name: Column['name'], head: string, isNumber: boolean, least: number): Column => ({
    ...{ name, head, isNumber },
    cells: Math.max(cellsOf(head), least),
  });
  const all = [
    column('state', t('commandLine.domu.list.heads.state'), false, Math.max(...states.map((key) => cellsOf(t(key))))),
    column('memory', t('commandLine.domu.list.heads.memory'), true, size),
    column('address', t('commandLine.domu.list.heads.address'), false, ADDRESS),
    column('cpu', t('hostScreen.heads.cpu'), true, 5),
    column('disk', t('hostScreen.heads.disk'), true, size),
  ];
  const fitting: Column[] = [];
  let left = width - POINTER - SHORTEST_NAME;
  for (const one of all) {
    left -= GAP + one.cells;
    if (left < 0) break;
    fitting.push(one);
  }
  const order = ['state', 'memory', 'cpu', 'disk', 'address'];
  return fitting.toSorted((one, other) => order.indexOf(one.name) - order.indexOf(other.name));
}

function cellOf(
  { name }: Column,
  domu: ListedDomu,
  snapshot: HostSnapshot,
  look: Look,
): { readonly text: string; readonly style: StyleName } {
  const { t } = look;
  switch (name) {
    case 'state':
      return stateOf(domu, snapshot, look);
    case 'memory':
      return { text: domu.memoryMiB === null ? '-' : figuresOf(t).size(domu.memoryMiB), style: 'plain' };
    case 'cpu':
      return { text: shareText(snapshot, domu.domid, look), style: 'plain' };
    case 'disk': {
      const miB = snapshot.state.overview?.diskMiB.get(domu.name);
      return { text: miB === undefined ? '-' : figuresOf(t).size(miB), style: 'plain' };
    }
    case 'address':
      return { text: domu.addresses[0] ?? '-', style: 'plain' };
  }
}

/** Never by colour alone: each has its word. A command that is at work on it comes first. */
export function stateOf(
  domu: ListedDomu,
  { state }: Pick<HostSnapshot, 'state'>,
  { t }: Pick<Look, 't'>,
): { readonly text: string; readonly style: StyleName } {
  const task = taskOf(state, domu.name);
  if (task !== null) return { text: t('hostScreen.atWork', { action: t(task.action.words) }), style: 'focus' };
  if (domu.state === 'running' && domu.up !== null)
    return domu.up ? { text: t('hostScreen.up'), style: 'good' } : { text: t('hostScreen.notUp'), style: 'error' };
  const style: StyleName =
    domu.state === 'crashed'
      ? 'error'
      : domu.state === 'running'
        ? 'good'
        : domu.state === 'stopped'
          ? 'quiet'
          : 'warning';
  return { text: t(DOMU_STATES[domu.state]), style };
}

/** How much of one processor; `-` while nobody knows. */
export function shareText(
  { state }: Pick<HostSnapshot, 'state'>,
  domid: number | null,
  { t }: Pick<Look, 't'>,
): string {
  const share = domid === null ? undefined : state.shares.get(domid);
  return share === undefined ? '-' : t('hostScreen.percent', { percent: Math.round(share * 100) });
}
