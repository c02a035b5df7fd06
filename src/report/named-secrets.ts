/**
 * Values that stand behind a name which says secret: `password=…`, `"token": "…"`, `--api-key …`, also as JSON inside
 * JSON. One walk over the text, each sign looked at a few times at most: a log of any shape must not hold up the
 * bundle. Pure.
 */

const MASK = '***';
const WORD = /[\w.-]+/g;
const TELLS = /password|passwd|passphrase|secret|token|api[_-]?key|authorization|private[_-]?key|psk/i;
const HARMLESS = /^(?:null|true|false|prompt:|env:\w+|file:\S+|\*+)$/;
const LONGEST_WORD = 4096;
/** What may come between a name and its sign, and before a value. */
const SIGN = /\\*["']?[ \t]*[:=][ \t]*(?:bearer |basic )?/iy;
const BLANKS = /[ \t]+/y;
/** What opens a map or a list is no value. */
const BARE = /[^\s,;}&"'\\{[(]+/y;
const ARGUMENT = /[^\s"'\\]+/y;
const QUOTE = /(\\*)(["'])/y;

/** The text with these values masked; words for where a secret is stay. `count` is told how many signs were looked at. */
export function withoutNamedSecrets(text: string, count: (signs: number) => void = () => undefined): string {
  const at = (pattern: RegExp, from: number): RegExpExecArray | null => {
    pattern.lastIndex = from;
    const match = pattern.exec(text);
    count(match?.[0].length ?? 1);
    return match;
  };
  const words = new RegExp(WORD);
  let [clean, done] = ['', 0];
  const mask = (start: number, end: number): void => {
    words.lastIndex = end;
    if (start === end || (end - start < LONGEST_WORD && HARMLESS.test(text.slice(start, end)))) return;
    clean += text.slice(done, start) + MASK;
    done = end;
  };
  for (let word = words.exec(text); word !== null; word = words.exec(text)) {
    const end = words.lastIndex;
    count(word[0].length);
    if (!TELLS.test(word[0])) continue;
    const sign = at(SIGN, end);
    if (sign !== null) {
      const start = end + sign[0].length;
      const quote = at(QUOTE, start);
      if (quote !== null)
        mask(
          start + quote[0].length,
          closing(text, start + quote[0].length, quote[2] ?? '', (quote[1] ?? '').length, count),
        );
      else mask(start, start + (at(BARE, start)?.[0].length ?? 0));
    } else if (word[0].startsWith('-')) {
      const start = end + (at(BLANKS, end)?.[0].length ?? 0);
      if (start > end && text[start] !== '-') mask(start, start + (at(ARGUMENT, start)?.[0].length ?? 0));
    }
  }
  return clean + text.slice(done);
}

/** Where a quoted value ends: at its quote with as many backslashes, at one of what is around it, or with its line. */
function closing(
  text: string,
  from: number,
  quote: string,
  backslashes: number,
  count: (signs: number) => void,
): number {
  let before = 0;
  let here = from;
  for (; here < text.length && text[here] !== '\n'; here++) {
    if (text[here] === '\\') {
      before += 1;
      continue;
    }
    if (text[here] === quote && (backslashes === 0 ? before % 2 === 0 : before <= backslashes)) break;
    before = 0;
  }
  count(here - from + 1);
  return text[here] === quote ? here - before : here;
}
