/** Takes out of text what lets in: known secrets, private keys, password hashes, and what stands where passwords and tokens do. Pure. */

const MASK = '***';
/** crypt(5), every form that libraries still know. */
const HASH = /\$(?:[1567y]|gy|2[abxy])\$[./A-Za-z0-9$=,+-]{8,}/g;
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/@"'\\]{1,512}@/gi;
/** A name that says secret, a sign, and a value: quoted, quoted inside JSON's quotes, or bare. What opens a map or a list is none. */
const NAMED = /((?:\\?["'])?[\w.-]{0,64}(?:password|passwd|passphrase|secret|token|api[_-]?key|authorization|private[_-]?key|psk)[\w-]{0,64}(?:\\?["'])?[ \t]*[:=][ \t]*(?:bearer |basic )?)(\\"[^"\n]{0,4096}?\\"|"(?:[^"\\\n]|\\.){0,4096}"|'[^'\n]{0,4096}'|[^\s,;}&"'\\{[(]+)/gi;
const FLAG = /(--?[\w-]{0,64}(?:password|passwd|passphrase|secret|token|api-?key)[\w-]{0,64}[ \t]+)(?!-)[^\s"'\\]+/gi;
const HEADER = /(\b(?:bearer|basic)[ \t]+)[A-Za-z0-9+/=._~-]{8,}/gi;
const KEY_BLOCK = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[A-Za-z0-9+/=\s\\:,.-]){0,20000}-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----/g;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/;
const KEY_END = /-----END [A-Z0-9 ]*PRIVATE KEY/;
const KEY_LINE = /[A-Za-z0-9+/]{40,}={0,2}/g;
/** The last line of a key is shorter. */
const KEY_TAIL = /\b[A-Za-z0-9+/]{8,128}={0,2}(?=["\s\\]|$)/g;
/** A key of this many lines is longer than any. What is looked for is bounded everywhere: a log of any shape must not hold up the bundle. */
const KEY_LINES = 400;
const HARMLESS = /^(?:null|true|false|prompt:|env:\w+|file:\S+|\*+)$/;

/** `known`: values to be found wherever they stand; those shorter than 4 characters would be found everywhere. */
export function redactText(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const value of [...known].filter((one) => one.length >= 4).sort((a, b) => b.length - a.length)) {
    // As itself, and as JSON and addresses write it.
    for (const form of new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])) clean = clean.replaceAll(form, MASK);
  }
  clean = withoutKeys(clean.replaceAll(KEY_BLOCK, MASK));
  return clean.replaceAll(HASH, MASK).replaceAll(IN_ADDRESS, `$1${MASK}@`).replaceAll(NAMED, masked).replaceAll(FLAG, `$1${MASK}`).replaceAll(HEADER, `$1${MASK}`);
}

function masked(_whole: string, name: string, value: string): string {
  const quote = /^\\?["']/.exec(value)?.[0] ?? '';
  const inner = value.slice(quote.length, value.length - quote.length);
  return HARMLESS.test(inner) || inner === '' ? `${name}${value}` : `${name}${quote}${MASK}${quote}`;
}

/** Keys line by line, as a log or an event stream has them: with something before each line, cut at either end. */
function withoutKeys(text: string): string {
  if (!/PRIVATE KEY/.test(text)) return text;
  const lines = text.split('\n');
  const mask = (from: number, to: number): void => {
    for (let n = Math.max(0, from); n < Math.min(lines.length, to); n++) lines[n] = (lines[n] ?? '').replaceAll(KEY_LINE, MASK).replaceAll(KEY_TAIL, MASK);
  };
  for (let n = 0; n < lines.length; n++) {
    const line = lines[n] ?? '';
    if (KEY_BEGIN.test(line)) {
      const end = lines.slice(n, n + KEY_LINES).findIndex((one, after) => KEY_END.test(one) || (after > 0 && KEY_BEGIN.test(one)));
      mask(n + 1, n + (end === -1 ? KEY_LINES : end));
      if (end !== 0) lines[n] = line.replaceAll(KEY_LINE, MASK);
    } else if (KEY_END.test(line)) {
      let from = n - 1;
      while (from >= 0 && n - from < KEY_LINES && !KEY_BEGIN.test(lines[from] ?? '')) from--;
      // Its beginning was cut off: all before it that looks like a key.
      if (from < 0) mask(0, n);
    }
  }
  return lines.join('\n');
}
