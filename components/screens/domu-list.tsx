/** The DomUs as a table with running totals. Only the rows that are seen are drawn: 200 are as quick as two. */
import type { BodyProps } from './body-props.ts';
import type { ReactNode } from 'react';
import { windowOf } from '../../src/ui/inputs/select-state.ts';
import { plainLine, Row, type Line, type Piece } from '../layout/line.tsx';
import { useLook, type Look } from '../look.tsx';
import { cut, pad } from '../../src/ui/terminal/cells.ts';
import { figuresOf } from '../../src/i18n/figures.ts';
import { DEFAULT_ENVIRONMENT } from '../../src/ui/answers/environment.ts';
import { domuName, listedDomus } from '../../src/ui/wizard/domu-list.ts';
import { domusOf, getAt, listAt, type Draft, type Plain } from '../../src/ui/answers/draft.ts';
import { isPvByDefault } from '../../src/ui/answers/effective.ts';
import { diskOf, memoryOf, NEARLY_FULL, totalsOf, type Totals } from '../../src/ui/answers/totals.ts';
import type { WizardState } from '../../src/ui/wizard/state.ts';

/** Cells of name, type, release, memory, vCPUs, disk; the address has the rest. */
const WIDTHS = [16, 5, 9, 9, 5, 10] as const;

/** Rows that are no DomU: column heads, the two totals, a blank, Add and Continue. */
const OTHER_ROWS = 6;

let last: { readonly draft: Draft; readonly environment: WizardState['environment']; readonly totals: Totals } | null =
  null;

export function DomuList({ state, height, width }: BodyProps): ReactNode {
  const look = useLook();
  const { t, glyphs } = look;
  const listed = listedDomus(state);
  const all = domusOf(state.draft);
  const { row, filter } = state.list;
  const room = Math.max(1, height - OTHER_ROWS - (filter === null ? 0 : 1));
  const { from, to } = windowOf(listed.length, Math.min(row, listed.length - 1), room);
  const rows = listed
    .slice(from, to)
    .map((index, offset) => domuLine(state, all[index] ?? null, index, from + offset === row, look));
  const button = (at: number, text: string): Line => [
    { text: row === at ? ` ${glyphs.pointer} ` : '   ', style: 'focus' },
    { text: `[ ${text} ]`, style: row === at ? 'bar' : 'plain' },
  ];
  const lines: Line[] = [
    ...(filter === null
      ? []
      : [
          [
            { text: ` ${t('form.search')} `, style: 'quiet' as const },
            { text: filter },
            { text: ' ', style: 'cursor' as const },
          ],
        ]),
    listed.length === 0 && filter === null ? plainLine(`   ${t('domus.empty')}`) : headLine(look),
    ...rows,
    button(listed.length, t('domus.add')),
    button(listed.length + 1, t('form.continue')),
    [],
    ...totalLines(totals(state), look),
  ];
  return (
    <>
      {lines.slice(0, height).map((line, index) => (
        <Row key={index} line={line} width={width} />
      ))}
    </>
  );
}

export function totals({ draft, environment }: WizardState): Totals {
  if (last?.draft === draft && last.environment === environment) return last.totals;
  last = { draft, environment, totals: totalsOf(draft, environment ?? DEFAULT_ENVIRONMENT) };
  return last.totals;
}

function cells(texts: readonly string[]): string {
  return texts
    .map((text, index) => (WIDTHS[index] === undefined ? text : pad(cut(text, WIDTHS[index] - 1, '~'), WIDTHS[index])))
    .join('');
}

function headLine({ t }: Look): Line {
  return plainLine(
    `    ${cells([t('domus.columns.name'), t('domus.columns.type'), t('domus.columns.release'), t('domus.columns.memory'), t('domus.columns.vcpus'), t('domus.columns.disk'), t('domus.columns.address')])}`,
    'quiet',
  );
}

/** One of them as a row. */
export function domuLine(
  state: WizardState,
  domu: Plain,
  index: number,
  isFocused: boolean,
  { t, glyphs }: Look,
): Line {
  const hasError = state.findings.some(
    ({ severity, path }) => severity === 'error' && path[0] === 'domus' && path[1] === index,
  );
  const diskMiB = diskOf(domu);
  const word = (path: readonly string[], otherwise: string): string => String(getAt(domu, path) ?? otherwise);
  const release = word(['release'], String(getAt(state.draft.profile, ['host', 'release']) ?? 'trixie'));
  const addresses = listAt(getAt(domu, ['network', 0]) ?? null, ['addresses']).map(String);
  const type = state.environment !== null && isPvByDefault(domu, state.draft, state.environment) ? 'pv' : 'auto';
  const text = cells([
    domuName(domu),
    word(['type'], type),
    release,
    figuresOf(t).size(memoryOf(domu)),
    word(['vcpus'], '1'),
    diskMiB === null ? t('domus.noSize') : figuresOf(t).size(diskMiB),
    addresses.length === 0 ? 'dhcp4 slaac' : addresses.join(' '),
  ]);
  const pieces: Piece[] = [
    { text: isFocused ? ` ${glyphs.pointer}` : '  ', style: 'focus' },
    { text: hasError ? '! ' : '  ', style: 'error' },
    { text, style: isFocused ? 'focus' : 'plain' },
  ];
  return pieces;
}

export function totalLines({ memoryMiB, diskMiB }: Totals, { t }: Look): Line[] {
  const state = (used: number, total: number): Piece[] =>
    used > total
      ? [{ text: `  ${t('domus.tooMuch')}`, style: 'error' }]
      : used > total * NEARLY_FULL
        ? [{ text: `  ${t('domus.nearlyFull')}`, style: 'warning' }]
        : [];
  const memory: Line = [
    {
      text: `   ${t('domus.memory', { used: figuresOf(t).size(memoryMiB.used), total: figuresOf(t).size(memoryMiB.total) })}`,
    },
    ...state(memoryMiB.used, memoryMiB.total),
  ];
  if (diskMiB.total === null) return [memory];
  const total = figuresOf(t).size(diskMiB.total);
  return [
    memory,
    diskMiB.grows
      ? plainLine(`   ${t('domus.imageGrows', { total })}`)
      : [
          { text: `   ${t('domus.group', { used: figuresOf(t).size(diskMiB.used), total })}` },
          ...state(diskMiB.used, diskMiB.total),
        ],
  ];
}
