/** Signs the screens are drawn with, by what the terminal can show, and how any text is made showable. Pure. */

export interface Glyphs {
  readonly pointer: string;
  readonly rule: string;
  readonly dot: string;
  readonly on: string;
  readonly off: string;
  readonly up: string;
  readonly down: string;
  readonly mask: string;
  readonly ellipsis: string;
  readonly full: string;
  readonly empty: string;
}

/** A Linux console has 256 or 512 signs in its font: those of code page 437 are among them. */
export const GLYPHS: Readonly<Record<'unicode' | 'cp437' | 'ascii', Glyphs>> = {
  unicode: {
    pointer: '❯',
    rule: '─',
    dot: '·',
    on: '◉',
    off: '○',
    up: '↑',
    down: '↓',
    mask: '•',
    ellipsis: '…',
    full: '█',
    empty: '░',
  },
  cp437: {
    pointer: '»',
    rule: '─',
    dot: '·',
    on: '■',
    off: '·',
    up: '↑',
    down: '↓',
    mask: '*',
    ellipsis: '...',
    full: '█',
    empty: '░',
  },
  ascii: {
    pointer: '>',
    rule: '-',
    dot: '-',
    on: 'x',
    off: ' ',
    up: '^',
    down: 'v',
    mask: '*',
    ellipsis: '...',
    full: '#',
    empty: '.',
  },
};

const PLAIN: Readonly<Record<string, string>> = {
  '…': '...',
  '–': '-',
  '—': '-',
  '·': '-',
  '’': "'",
  '‘': "'",
  '“': '"',
  '”': '"',
  '×': 'x',
  '→': '->',
  ' ': ' ',
  '\u202f': ' ',
  '„': '"',
  '‚': "'",
  œ: 'oe',
  Œ: 'OE',
  '€': 'EUR',
};

/**
 * Text as this terminal can show it: no control characters (a disk's model or label must not steer the terminal), and
 * nothing beyond ASCII where the terminal has only that.
 */
export function showable(text: string, glyphs: keyof typeof GLYPHS): string {
  const calm = text.replaceAll(/[\p{Cc}\p{Cf}]/gu, ' ');
  if (glyphs === 'unicode') return calm;
  return calm.replaceAll(
    glyphs === 'ascii' ? /[^\x20-\x7e]/gu : /[^\x20-\x7e\xa0-\xff\u2500\u2502\u2588\u2591\u25a0\u2191\u2193]/gu,
    (sign) => PLAIN[sign] ?? '?',
  );
}
