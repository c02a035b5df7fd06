/**
 * Takes out of text what lets in: known secrets, private keys, password hashes, and what stands where passwords and
 * tokens do. Pure.
 */
import { withoutSecrets } from '../secret-looks.ts';
import { withoutNamedSecrets } from './named-secrets.ts';

const MASK = '***';
/** An address that has lost its beginning, too. */
const IN_ADDRESS = /(:\/\/)[^\s/@"'\\\u2026*]{1,512}@/g;
const HEADER = /(\b(?:bearer|basic)[ \t]+)[A-Za-z0-9+/=._~-]{8,}/gi;
const KEY_BEGIN = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/;
const KEY_END = /-----END [A-Z0-9 ]*PRIVATE KEY/;
const KEY_LINE = /[A-Za-z0-9+/]{40,}={0,2}/g;
/** The last line of a key is shorter; what goes on otherwise behind it is none. */
const KEY_TAIL = /[A-Za-z0-9+/]{8,}={0,2}/g;
const AFTER_TAIL = /^["\s\\]?$/;
/**
 * A key of this many lines is longer than any. What is looked for is bounded everywhere: a log of any shape must not
 * hold up the bundle.
 */
const KEY_LINES = 400;

/** `known`: values to be found wherever they stand; those shorter than 4 characters would be found everywhere. */
export function redactText(text: string, known: readonly string[] = []): string {
  let clean = text;
  for (const value of [...known].filter((one) => one.length >= 4).sort((a, b) => b.length - a.length)) {
    // As itself, and as JSON and addresses write it.
    for (const form of new Set([value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)]))
      clean = clean.replaceAll(form, MASK);
  }
  clean = withoutKeys(withoutSecrets(clean, MASK));
  return withoutNamedSecrets(clean.replaceAll(IN_ADDRESS, `$1${MASK}@`)).replaceAll(HEADER, `$1${MASK}`);
}

/**
 * Keys line by line, as a log or an event stream has them: with something before each line, cut at either end. Each
 * line is masked once.
 */
function withoutKeys(text: string): string {
  if (!/PRIVATE KEY/.test(text)) return text;
  const lines = text.split('\n');
  let [masked, hasBegun] = [0, false];
  const mask = (from: number, to: number): void => {
    for (let n = Math.max(masked, from); n < Math.min(lines.length, to); n++)
      lines[n] = withoutTails((lines[n] ?? '').replaceAll(KEY_LINE, MASK));
    masked = Math.max(masked, to);
  };
  for (let n = 0; n < lines.length; n++) {
    const line = lines[n] ?? '';
    if (KEY_BEGIN.test(line)) {
      hasBegun = true;
      const end = endOfKey(lines, n);
      mask(n + 1, end);
      if (end !== n) lines[n] = line.replaceAll(KEY_LINE, MASK);
    } else if (!hasBegun && n <= KEY_LINES && KEY_END.test(line)) {
      // Its beginning was cut off: all before it that looks like a key.
      mask(0, n);
    }
  }
  return lines.join('\n');
}

/** The line that ends the key which begins on line `n`, or that begins the next; so many on where there is none. */
function endOfKey(lines: readonly string[], n: number): number {
  for (let at = n; at < n + KEY_LINES && at < lines.length; at++)
    if (KEY_END.test(lines[at] ?? '') || (at > n && KEY_BEGIN.test(lines[at] ?? ''))) return at;
  return n + KEY_LINES;
}

function withoutTails(line: string): string {
  return line.replaceAll(KEY_TAIL, (run, offset: number) =>
    AFTER_TAIL.test(line.charAt(offset + run.length)) ? MASK : run,
  );
}
