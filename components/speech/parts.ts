/** What is said to a screen reader: parts of a screen in their order, each said again only when it has changed. Pure. */
import type { FrameNote } from '../layout/frame.tsx';
import type { Line } from '../layout/line.tsx';
import type { Look } from '../look.tsx';

/** `id`: what it is about. A part that stands for a new thing has a new id. */
export interface Part {
  readonly id: string;
  readonly text: string;
}
export interface Speech {
  readonly parts: readonly Part[];
  /** The line that is being typed; it alone is written over. */
  readonly prompt: string;
}

/** Where one is. Drawing anew is saying again. */
export function placePart(text: string, redraws: number, { t, mark }: Look): Part {
  return { id: 'place', text: `${mark === undefined ? '' : `${t(mark)} `}${text}.${' '.repeat(redraws % 2)}` };
}

export function noteParts(notes: readonly FrameNote[], { t }: Look): Part[] {
  return notes.map(({ severity, text }) => ({
    id: `note ${text}`,
    text: severity === 'good' ? text : `${t(severity === 'error' ? 'frame.error' : 'frame.warning')} ${text}`,
  }));
}

/** What has to be said now. Another place is said whole. */
export function saidNow(before: readonly Part[], now: readonly Part[]): string[] {
  const isElsewhere = before[0]?.text !== now[0]?.text;
  const known = new Map(before.map(({ id, text }) => [id, text]));
  return now.filter(({ id, text }) => text !== '' && (isElsewhere || known.get(id) !== text)).map(({ text }) => text);
}

/** Lines of a screen as sentences: without what is only drawn, and with commas where columns were. */
export function spokenLines(lines: readonly Line[]): string[] {
  return lines.map((line) => spoken(line.map(({ text }) => text).join(''))).filter((text) => text !== '');
}

/** Rules, frames, bars and branches say nothing. */
const DRAWN = /[\u2500-\u259f]+|[+|`#.=-]*[-=#.|]{2,}[+|`]*|(?:^|\s)[|+`](?=\s|$)/g;

export function spoken(text: string): string {
  return text
    .replaceAll(DRAWN, '  ')
    .trim()
    .replaceAll(/\s{2,}/g, ', ')
    .replaceAll(/, ,/g, ',')
    .replace(/^, |,$/g, '');
}
