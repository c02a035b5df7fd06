/** Where the time of a run went, as lines of the screen. Pure. */
import { plainLine, type Line } from '../layout/line.tsx';
import type { Look } from '../look.tsx';
import { titleIn } from '../../src/i18n/translate-events.ts';
import { figuresOf } from '../../src/i18n/figures.ts';
import { cut, pad, padStart } from '../../src/ui/terminal/cells.ts';
import { timelineOf, type Span } from '../../src/report/timeline.ts';

const NAME = 14;
/** Name, time and the gaps between them. */
const BESIDE = NAME + 20;

/** Nothing for a run in which nothing was done. */
export function timelinePicture(spans: readonly Span[], width: number, { t, glyphs, show }: Look): Line[] {
  if (spans.length === 0) return [];
  const { bars, slowest } = timelineOf(spans, Math.max(10, Math.min(100, width - BESIDE)));
  return [
    [],
    plainLine(` ${t('run.timeline')}`, 'title'),
    ...bars.map(({ domain, cells, seconds }): Line => [
      { text: `   ${pad(cut(show(domain), NAME), NAME)} ` },
      { text: cells.map((isBusy) => (isBusy ? glyphs.full : glyphs.empty)).join(''), style: 'good' },
      { text: ` ${figuresOf(t).duration(seconds)}`, style: 'quiet' },
    ]),
    [],
    plainLine(` ${t('run.slowest')}`, 'title'),
    ...slowest.map(({ fromMs, toMs, domain, ...action }): Line => [
      { text: `   ${padStart(figuresOf(t).duration((toMs - fromMs) / 1000), 12)}  `, style: 'quiet' },
      { text: t('run.slow', { title: titleIn(t, action), domain }) },
    ]),
  ];
}
