/**
 * Changes of single keys in the text of an xl configuration, which people may have written or changed by hand: all else
 * stays as it is. Pure.
 */

/** As xl-cfg(5) has them: comments, texts in either quotes, words, what parts them; the rest of a line after a quote. */
const TOKEN = /#[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|["'][^\n]*|([A-Za-z0-9_.-]+)|(\+?=)|([[\];\n])/g;

interface Setting {
  readonly key: string;
  /** Where its value stands. */
  readonly from: number;
  readonly to: number;
}

/** Every setting outside of lists, in order. */
function settingsOf(text: string): Setting[] {
  const found: Setting[] = [];
  let [key, from, to, depth] = ['', -1, -1, 0];
  const end = (): void => {
    if (from >= 0) found.push({ key, from, to: Math.max(from, to) });
    [key, from, to] = ['', -1, -1];
  };
  for (const { 0: token, 1: word, 2: equals, 3: sign, index } of text.matchAll(TOKEN)) {
    if (token.startsWith('#')) continue;
    if (depth === 0 && (sign === '\n' || sign === ';')) end();
    else if (depth === 0 && equals !== undefined && from < 0) from = to = index + token.length;
    else if (from < 0) key = depth === 0 ? (word ?? key) : key;
    else {
      if (sign === '[') depth += 1;
      else if (sign === ']') depth = Math.max(0, depth - 1);
      if (sign !== '\n') to = index + token.length;
    }
  }
  end();
  return found;
}

/** `literal`: the value as it stands there, such as `512` or `"pvh"`; null: the key is taken out. */
export function withXlKey(text: string, key: string, literal: string | null): string {
  const own = settingsOf(text).filter((setting) => setting.key === key);
  const last = own.at(-1);
  if (last === undefined) {
    if (literal === null) return text;
    return `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${key} = ${literal}\n`;
  }
  if (literal !== null) return `${text.slice(0, last.from)} ${literal}${text.slice(last.to)}`;
  // From the last one backwards, so that places stay right.
  return own.toReversed().reduce((rest, { from, to }) => {
    const start = rest.lastIndexOf(key, from);
    const after = /^[ \t]*(?:;|\n|$)/.exec(rest.slice(to))?.[0].length ?? 0;
    return `${rest.slice(0, start)}${rest.slice(to + after)}`;
  }, text);
}
