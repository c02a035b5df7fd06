/** The panes in view, as lines of the screen: three for each row of panes. Pure. */
import type { Line, Piece } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { titleIn, unitIn } from '../../src/i18n/translate-events.ts';
import type { TextKey } from '../../src/i18n/t.ts';
import { figuresOf } from '../../src/i18n/figures.ts';
import { PANE_GAP, visiblePanes, type RunLayout } from '../../src/ui/run/layout.ts';
import type { RunSnapshot } from '../../src/ui/run/session.ts';
import { shareOf, type Pane } from '../../src/ui/run/state.ts';
import type { StyleName } from '../../src/ui/terminal/theme.ts';
import { bar, fill } from './cells.ts';

export function paneLines(snapshot: RunSnapshot, layout: RunLayout, look: Look): Line[] {
  const {
    state: { panes },
    view: { focus },
  } = snapshot;
  const { from, to } = visiblePanes(layout, focus, panes.length);
  const lines: Line[] = [];
  for (let row = 0; row < layout.gridRows; row++) {
    const begin = from + row * layout.columns;
    const own = panes
      .slice(begin, Math.min(to, begin + layout.columns))
      .map((pane, index) => paneText(pane, begin + index === focus, snapshot, layout.paneWidth, look));
    for (const part of [0, 1, 2] as const)
      lines.push(own.flatMap((text, index) => [...(index === 0 ? [] : [{ text: PANE_GAP }]), ...text[part]]));
  }
  return lines;
}

type PaneText = readonly [readonly Piece[], readonly Piece[], readonly Piece[]];

function paneText(
  pane: Pane,
  isFocused: boolean,
  { state, view, nowMs }: RunSnapshot,
  width: number,
  look: Look,
): PaneText {
  const { t, glyphs } = look;
  const { word, style } = standing(pane, view.gone);
  const until = pane.endedMs ?? (state.end === null && !view.gone ? nowMs : state.nowMs);
  const clock = pane.startedMs === null ? '' : figuresOf(t).duration(Math.max(0, until - pane.startedMs) / 1000);
  const [first, ...others] = pane.running.values();
  const share = shareOf(pane);
  const amount =
    first === undefined || first.total === 0
      ? ''
      : t('run.amount', { done: first.done, total: first.total, unit: unitIn(t, first.unit, first.total) });
  return [
    fill(
      [
        { text: isFocused ? `${glyphs.pointer} ` : '  ', style: 'focus' },
        { text: pane.domain, style: isFocused ? 'focus' : 'title' },
        { text: '  ' },
        { text: t(word), style },
        { text: `  ${pane.finished}/${pane.total}  ${clock}`, style: 'quiet' },
      ],
      width,
      look,
    ),
    fill(
      [
        { text: '  ' },
        ...(first === undefined
          ? [{ text: pane.addresses.join(' ') }]
          : [
              ...(others.length === 0
                ? []
                : [{ text: `${t('run.others', { count: others.length + 1 })} `, style: 'quiet' as const }]),
              { text: titleIn(t, first) },
            ]),
      ],
      width,
      look,
    ),
    fill(
      [
        { text: '  ' },
        { text: bar(share, 14, look), style },
        { text: ` ${String(Math.floor(share * 100)).padStart(3)} %  ` },
        { text: amount, style: 'quiet' },
      ],
      width,
      look,
    ),
  ];
}

/** Never by colour alone: each has its word. */
function standing(pane: Pane, gone: boolean): { readonly word: TextKey; readonly style: StyleName } {
  if (pane.failed > 0 && pane.result !== 'done') return { word: 'run.failed', style: 'error' };
  if (pane.result === 'done') return { word: 'run.done', style: 'good' };
  if (pane.result !== null) return { word: 'run.notFinished', style: 'warning' };
  if (pane.running.size > 0)
    return gone ? { word: 'run.notFinished', style: 'warning' } : { word: 'run.working', style: 'plain' };
  return { word: pane.finished === pane.total ? 'run.done' : 'run.waiting', style: 'quiet' };
}

/** A pane as a sentence. */
export function paneWords(pane: Pane, { view }: RunSnapshot, { t }: Look): string {
  const [first] = pane.running.values();
  return [
    `${pane.domain}: ${t(standing(pane, view.gone).word)}`,
    ...(first === undefined ? pane.addresses : [titleIn(t, first)]),
    `${pane.finished}/${pane.total}`,
  ].join(', ');
}
