/** The list of DomUs for people: a row each, and below it what does not fit there. Pure. */
import { cleanLine } from '../../../clean-text.ts';
import type { ListedDomu, ListResult } from '../../../host/domus/list-result.ts';
import { DOMU_STATES } from '../../../i18n/domu-states.ts';
import { figuresOf } from '../../../i18n/figures.ts';
import type { TextKey, Translate } from '../../../i18n/keys.ts';
import { cellsOf, cut, pad, padStart, wrap } from '../../../ui/terminal/cells.ts';

/** Of an ordinary terminal. */
export const LIST_CELLS = 80;
const GAP = ' ';
const INDENT = '    ';
const SHORTEST_NAME = 8;

interface Column {
  readonly head: TextKey;
  readonly isNumber?: true;
  cell(domu: ListedDomu, t: Translate): string;
}
/** The name comes before them. */
const COLUMNS: readonly Column[] = [
  { head: 'commandLine.domu.list.heads.state', cell: ({ state }, t) => t(DOMU_STATES[state]) },
  {
    head: 'commandLine.domu.list.heads.memory',
    isNumber: true,
    cell: ({ memoryMiB }, t) => (memoryMiB === null ? '-' : figuresOf(t).size(memoryMiB)),
  },
  { head: 'commandLine.domu.list.heads.vcpus', isNumber: true, cell: ({ vcpus }) => String(vcpus ?? '-') },
  {
    head: 'commandLine.domu.list.heads.autostart',
    cell: ({ autostart }, t) => (autostart ? t('commandLine.domu.list.yes') : '-'),
  },
  {
    head: 'commandLine.domu.list.heads.boot',
    cell: ({ type, boot }) => [type, boot].filter((word) => word !== null).join(' ') || '-',
  },
  { head: 'commandLine.domu.list.heads.address', cell: (domu) => firstAddress(domu) ?? '-' },
];
/** Longer ones (IPv6) go below. */
const MOST_ADDRESS = 15;

/** No line is wider than `cells`, at least 80. */
export function listText({ domus }: ListResult, cells: number, t: Translate): string {
  if (domus.length === 0) return `${t('commandLine.domu.list.none')}\n`;
  const rows = domus.map((domu) => COLUMNS.map((column) => column.cell(domu, t)));
  const heads = COLUMNS.map(({ head }) => t(head));
  const widths = heads.map((head, at) => Math.max(cellsOf(head), ...rows.map((row) => cellsOf(row[at] ?? ''))));
  const taken = widths.reduce((sum, width) => sum + width + GAP.length, 0);
  const nameHead = t('commandLine.domu.list.heads.name');
  const longest = Math.max(cellsOf(nameHead), ...domus.map(({ name }) => cellsOf(cleanLine(name))));
  const nameWidth = Math.max(SHORTEST_NAME, Math.min(longest, cells - taken));
  const line = (name: string, row: readonly string[]): string =>
    [
      pad(cut(name, nameWidth, '~'), nameWidth),
      ...row.map((cell, at) => (COLUMNS[at]?.isNumber === true ? padStart : pad)(cell, widths[at] ?? 0)),
    ]
      .join(GAP)
      .trimEnd();
  const lines = domus.flatMap((domu, at) => [line(cleanLine(domu.name), rows[at] ?? []), ...below(domu, cells, t)]);
  return `${[line(nameHead, heads), ...lines].join('\n')}\n`;
}

function firstAddress({ addresses }: ListedDomu): string | null {
  const [first] = addresses;
  return first !== undefined && first.length <= MOST_ADDRESS ? first : null;
}

/** Further addresses, whose it is, and why it is not up. */
function below(domu: ListedDomu, cells: number, t: Translate): string[] {
  const rest = firstAddress(domu) === null ? domu.addresses : domu.addresses.slice(1);
  const texts = [
    ...(rest.length === 0 ? [] : [rest.join(', ')]),
    ...(domu.by === 'hand' ? [t('commandLine.domu.list.byHand', { config: cleanLine(domu.config ?? '') })] : []),
    ...(domu.by === 'unknown' ? [t('commandLine.domu.list.onlyRuns')] : []),
    ...(domu.why === null ? [] : [cleanLine(domu.why)]),
  ];
  const width = (Number.isFinite(cells) ? cells : 10_000) - INDENT.length;
  return texts.flatMap((text) => wrap(text, width).map((line) => `${INDENT}${line}`));
}
