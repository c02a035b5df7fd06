/** How many cells of a terminal a text takes, and cutting by them. Pure. */

let segmenter: Intl.Segmenter | null = null;
/** One cell and one character each: ASCII, Latin, and the signs that screens are drawn with. */
const SIMPLE = /^[\x20-\x7e\xa1-\xac\xae-\u02ff\u2010-\u2027\u2190-\u2193\u2500-\u259f\u25c9\u25cb\u276f]*$/;
/** East Asian wide and fullwidth, and pictographs (Unicode Standard Annex 11). */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** What people see as one character each. */
export function graphemesOf(text: string): string[] {
  // Most texts are simple, and rows are drawn at every key.
  if (SIMPLE.test(text)) return [...text];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

export function cellsOf(text: string): number {
  if (SIMPLE.test(text)) return text.length;
  return graphemesOf(text).reduce(
    (sum, grapheme) => sum + (WIDE.test(grapheme) ? 2 : /^[\p{Cc}\p{M}]/u.test(grapheme) ? 0 : 1),
    0,
  );
}

/** At most `cells` wide; what is cut off ends in the ellipsis. */
export function cut(text: string, cells: number, ellipsis = ''): string {
  if (cellsOf(text) <= cells) return text;
  const room = Math.max(0, cells - cellsOf(ellipsis));
  let [kept, taken] = ['', 0];
  for (const grapheme of graphemesOf(text)) {
    const wide = cellsOf(grapheme);
    if (taken + wide > room) break;
    kept += grapheme;
    taken += wide;
  }
  return (kept + ellipsis).slice(0, Math.max(0, cells) === 0 ? 0 : undefined);
}

export function pad(text: string, cells: number): string {
  return text + ' '.repeat(Math.max(0, cells - cellsOf(text)));
}

export function padStart(text: string, cells: number): string {
  return ' '.repeat(Math.max(0, cells - cellsOf(text))) + text;
}

/** Closing marks stay with what they close, opening ones with what they open. */
const STICKS_LEFT = /^[\p{Pe}\p{Pf}\u3001\u3002\uff0c\uff0e\uff1a\uff1b\uff01\uff1f\u30fc\u3005\uff05]/u;
const STICKS_RIGHT = /[\p{Ps}\p{Pi}]$/u;

/**
 * What a line may be broken between, each with what stands before it on the same line: words, and the signs of writing
 * without blanks.
 */
function piecesOf(text: string): [string, '' | ' '][] {
  return text.split(' ').flatMap((word) => {
    const pieces: [string, '' | ' '][] = [];
    if (SIMPLE.test(word)) return [[word, ' ']];
    let before = '';
    for (const grapheme of graphemesOf(word)) {
      const last = pieces.at(-1);
      const isBreak =
        last !== undefined &&
        (WIDE.test(grapheme) || WIDE.test(before)) &&
        !STICKS_LEFT.test(grapheme) &&
        !STICKS_RIGHT.test(before);
      if (last !== undefined && !isBreak) last[0] += grapheme;
      else pieces.push([grapheme, last === undefined ? ' ' : '']);
      before = grapheme;
    }
    return pieces.length === 0 ? [['', ' ']] : pieces;
  });
}

/** Words wrapped to lines of at most `cells`; a word that is longer is cut in pieces. */
export function wrap(text: string, cells: number): string[] {
  const width = Math.max(1, cells);
  const lines: string[] = [];
  let line = '';
  for (const [word, blank] of piecesOf(text)) {
    const joined = line === '' ? word : `${line}${blank}${word}`;
    if (cellsOf(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (cellsOf(line) > width) {
      const head = cut(line, width);
      lines.push(head);
      line = line.slice(head.length);
    }
  }
  return [...lines, line];
}
