/** Where the time of a run went: one bar per domain and the slowest actions; as data, and as ASCII in 80 columns. */
import type { Said } from '../i18n/said.ts';
import { formatSeconds } from '../i18n/seconds.ts';

export interface Span {
  readonly id: string;
  readonly domain: string;
  readonly title: string;
  readonly said?: Said | undefined;
  readonly fromMs: number;
  readonly toMs: number;
}

const BAR = 40;
const SLOWEST = 5;

export interface Timeline {
  /** `cells`: was anything of the domain done in this part of the time? */
  readonly bars: readonly { readonly domain: string; readonly cells: readonly boolean[]; readonly seconds: number }[];
  readonly slowest: readonly Span[];
}

/** Bars of `width` cells over the time from the first span to the last. */
export function timelineOf(spans: readonly Span[], width = BAR): Timeline {
  let [fromMs, toMs] = [Infinity, -Infinity];
  const byDomain = new Map<string, Span[]>();
  for (const span of spans) {
    fromMs = Math.min(fromMs, span.fromMs);
    toMs = Math.max(toMs, span.toMs);
    byDomain.set(span.domain, [...(byDomain.get(span.domain) ?? []), span]);
  }
  toMs = Math.max(toMs, fromMs + 1);
  const column = (ms: number): number => Math.min(width - 1, Math.floor(((ms - fromMs) / (toMs - fromMs)) * width));
  const bars = [...byDomain].map(([domain, own]) => {
    const cells = Array.from({ length: width }, () => false);
    for (const span of own) cells.fill(true, column(span.fromMs), column(span.toMs) + 1);
    return {
      domain,
      cells,
      seconds: (Math.max(...own.map((span) => span.toMs)) - Math.min(...own.map((span) => span.fromMs))) / 1000,
    };
  });
  return { bars, slowest: [...spans].sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs)).slice(0, SLOWEST) };
}

/** Lines of the timeline; nothing for a run without finished actions. */
export function timelineLines(spans: readonly Span[]): string[] {
  if (spans.length === 0) return [];
  const { bars, slowest } = timelineOf(spans);
  return [
    'Timeline',
    ...bars.map(
      ({ domain, cells, seconds }) =>
        `  ${domain.padEnd(12).slice(0, 24)} ${cells.map((isBusy) => (isBusy ? '#' : '.')).join('')} ${formatSeconds(seconds)}`,
    ),
    'Slowest',
    ...slowest.map(
      (span) => `  ${formatSeconds((span.toMs - span.fromMs) / 1000).padStart(12)}  ${span.title} (${span.domain})`,
    ),
  ];
}
