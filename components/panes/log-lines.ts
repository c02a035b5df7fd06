/** The log as far as it is in view, below a rule that says what of it. Pure. */
import type { Line, Piece } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { cellsOf, cut, pad } from '../../src/ui/terminal/cells.ts';
import { visiblePanes, type RunLayout } from '../../src/ui/run/layout.ts';
import type { LogLine } from '../../src/ui/run/log.ts';
import type { RunSnapshot } from '../../src/ui/run/session.ts';
import type { StyleName } from '../../src/ui/terminal/theme.ts';

const DOMAIN = 10;
const STYLES: Readonly<Record<LogLine['kind'], StyleName>> = {
  command: 'quiet',
  output: 'plain',
  step: 'title',
  good: 'good',
  error: 'error',
};

/** The rule above the log: whose, following or not, and which panes are in view above it. */
export function logRule(
  { state, view }: RunSnapshot,
  layout: RunLayout,
  width: number,
  { t, glyphs, show }: Look,
): Line {
  const whose = view.filter === null ? t('run.logAll') : t('run.logOf', { domain: view.filter });
  const { from, to } = visiblePanes(layout, view.focus, state.panes.length);
  const panes =
    view.mode === 'panes' && to - from < state.panes.length
      ? ` ${t('run.panesOf', { from: from + 1, to, total: state.panes.length })} `
      : '';
  const left = cut(
    show(
      `${glyphs.rule.repeat(2)} ${whose} ${glyphs.dot} ${t(view.bottom === null ? 'run.following' : 'run.standing')} `,
    ),
    width - cellsOf(panes) - 2,
  );
  return [
    {
      text:
        left +
        glyphs.rule.repeat(Math.max(0, width - cellsOf(left) - cellsOf(show(panes)) - 2)) +
        panes +
        glyphs.rule.repeat(2),
      style: 'quiet',
    },
  ];
}

export function logLines({ state, view }: RunSnapshot, rows: number, look: Look): Line[] {
  const lines = state.log
    .upTo(view.bottom ?? state.log.last, rows, view.filter)
    .map((line) => logLine(line, view.search, look));
  return [...lines, ...Array.from({ length: Math.max(0, rows - lines.length) }, () => [])];
}

export function logLine({ timeMs, domain, kind, text }: LogLine, search: string, { t, show }: Look): Line {
  const said =
    kind === 'command'
      ? `$ ${text}`
      : kind === 'good'
        ? t('run.logDone', { title: text })
        : kind === 'error'
          ? t('run.logFailed', { text })
          : text;
  return [
    { text: `${clock(timeMs)} `, style: 'quiet' },
    { text: `${pad(cut(show(domain), DOMAIN), DOMAIN)} `, style: 'quiet' },
    ...marked(show(said), search, STYLES[kind]),
  ];
}

/** As the plain text has it: UTC. */
function clock(timeMs: number): string {
  const part = (value: number): string => String(value % 60).padStart(2, '0');
  const seconds = Math.floor(timeMs / 1000);
  return `${String(Math.floor(seconds / 3600) % 24).padStart(2, '0')}:${part(Math.floor(seconds / 60))}:${part(seconds)}`;
}

/** What was searched for stands out. */
function marked(text: string, search: string, style: StyleName): Piece[] {
  const at = search === '' ? -1 : text.toLowerCase().indexOf(search.toLowerCase());
  if (at < 0) return [{ text, style }];
  return [
    { text: text.slice(0, at), style },
    { text: text.slice(at, at + search.length), style: 'cursor' },
    { text: text.slice(at + search.length), style },
  ];
}
