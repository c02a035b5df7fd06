/** Where the time of a run went: one bar per domain and the slowest actions. ASCII, 80 columns. */
import { formatSeconds } from './estimate.ts';

export interface Span { readonly id: string; readonly domain: string; readonly title: string; readonly fromMs: number; readonly toMs: number }

const BAR = 40;
const SLOWEST = 5;

/** Lines of the timeline; nothing for a run without finished actions. */
export function timelineLines(spans: readonly Span[]): string[] {
  if (spans.length === 0) return [];
  const fromMs = Math.min(...spans.map((span) => span.fromMs));
  const toMs = Math.max(...spans.map((span) => span.toMs), fromMs + 1);
  const column = (ms: number): number => Math.min(BAR - 1, Math.floor(((ms - fromMs) / (toMs - fromMs)) * BAR));
  const lines = ['Timeline'];
  for (const domain of new Set(spans.map((span) => span.domain))) {
    const own = spans.filter((span) => span.domain === domain);
    const bar = Array.from({ length: BAR }, () => '.');
    for (const span of own) bar.fill('#', column(span.fromMs), column(span.toMs) + 1);
    const seconds = (Math.max(...own.map((span) => span.toMs)) - Math.min(...own.map((span) => span.fromMs))) / 1000;
    lines.push(`  ${domain.padEnd(12).slice(0, 24)} ${bar.join('')} ${formatSeconds(seconds)}`);
  }
  lines.push('Slowest');
  const slowest = [...spans].sort((a, b) => (b.toMs - b.fromMs) - (a.toMs - a.fromMs)).slice(0, SLOWEST);
  for (const span of slowest) lines.push(`  ${formatSeconds((span.toMs - span.fromMs) / 1000).padStart(12)}  ${span.title} (${span.domain})`);
  return lines;
}
