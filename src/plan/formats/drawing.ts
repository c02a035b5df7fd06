/**
 * What pictures are drawn with: words, sizes, and how wide a text is. As plain text that is English, one cell a letter.
 * Pure.
 */
import { english } from '../../i18n/english.ts';
import type { Translate } from '../../i18n/keys.ts';

export interface Drawing {
  readonly t: Translate;
  size(miB: number): string;
  /** Cells of a terminal that a text takes. */
  cells(text: string): number;
}

export const PLAIN_ENGLISH: Drawing = { t: english, size: formatMiB, cells: (text) => text.length };

/** Whole MiB below 10 GiB, then GiB. */
function formatMiB(miB: number): string {
  return miB >= 10_240 ? `${(miB / 1024).toFixed(1)} GiB` : `${miB} MiB`;
}

export function padEnd(text: string, cells: number, drawing: Drawing): string {
  return text + ' '.repeat(Math.max(0, cells - drawing.cells(text)));
}

export function padStart(text: string, cells: number, drawing: Drawing): string {
  return ' '.repeat(Math.max(0, cells - drawing.cells(text))) + text;
}
