/**
 * What is secret in a text by how it looks, whatever field it stands in: who is named in an address, a query or an
 * assignment that names a password or a token, the path of a webhook, a private key, a crypt(5) hash. Pure; the time it
 * takes grows with the length of the text alone.
 */

/** A piece of a text that is secret: from `start` up to, but without, `end`. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
}

/** Names whose value lets in. `sig` and `key` as words of their own: `design` and `keyboard` are none. */
const TELLING =
  /pass(?:w|phrase|code|\b|$)|pwd|token|secret|credential|auth(?!or)|jwt|(?:^|[^a-z])(?:pass|sig|key)(?![a-z])|signature|(?:api|access|private|shared)[_.-]?key|(?:api|access|private|shared)Key/i;
/** An address up to what ends one in prose, YAML, JSON and shell. */
const ADDRESS = /[a-z][a-z0-9+.-]{0,19}:\/\/[^\s"'`<>\\|]*/gi;
/** Keys of xl.cfg(5) and QEMU that hold a password, wherever a text has them: also inside of a list or another option. */
const ASSIGNED =
  /\b(?:vncpasswd|spicepasswd|passwd|password|passphrase)[ \t]*=[ \t]*(?:"([^"\n]*)"|'([^'\n]*)'|([^\s,;"'&\]]+))/gi;
/** Whole, or cut at its end. */
const KEY_BLOCK =
  /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:(?!-----)[A-Za-z0-9+/=\s\\:,.-]){0,20000}-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\\]*(?:\r?\n[A-Za-z0-9+/=]{16,})*/g;
/** crypt(5), every form that libraries still know. */
const HASH = /\$(?:[1567y]|gy|2[abxy])\$[./A-Za-z0-9$=,+-]{8,}/g;
/** A word for where a secret is, or what has been masked already. */
const HARMLESS = /^(?:\$\{?\w+\}?|\$\(.*|prompt:|env:\w+|file:\S+|\*+|\u2026|REDACTED)$/s;
/** Fields of a profile with public keys, or where they are. */
const PUBLIC_KEYS: ReadonlySet<string> = new Set(['key', 'keyring', 'sshKeys']);
/** Services whose address alone lets in say so in the host's name or in the path. */
const WEBHOOK_HOST = /^(?:hooks?|webhooks?)\./i;
const WEBHOOK_PATH = /\/(?:web)?hooks?\//i;

/** Does a value of this name let in? Of an option, or of a parameter in an address. */
export function isTelling(name: string): boolean {
  return TELLING.test(name);
}

/** Does the field of this name hold a secret, in the schema or among the options of a DomU? Also where it is misspelled. */
export function isSecretField(name: string): boolean {
  return isTelling(name) && !PUBLIC_KEYS.has(name);
}

/** Every secret piece of a text, in order, none inside another. */
export function secretSpans(text: string): SecretSpan[] {
  const found: SecretSpan[] = [];
  if (text.includes('://'))
    for (const { 0: address, index } of text.matchAll(ADDRESS)) found.push(...ofAddress(address, index));
  if (/passw|passphrase/i.test(text))
    for (const match of text.matchAll(ASSIGNED)) {
      const value = match[1] ?? match[2] ?? match[3] ?? '';
      const end = match.index + match[0].length - (match[3] === undefined ? 1 : 0);
      found.push({ start: end - value.length, end });
    }
  for (const [sign, pattern] of [
    ['PRIVATE KEY', KEY_BLOCK],
    ['$', HASH],
  ] as const)
    if (text.includes(sign))
      for (const { 0: all, index } of text.matchAll(pattern)) found.push({ start: index, end: index + all.length });
  let done = 0;
  return found
    .filter(({ start, end }) => end > start && !HARMLESS.test(text.slice(start, Math.min(end, start + 200))))
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter(({ start, end }) => {
      const isNew = start >= done;
      if (isNew) done = end;
      return isNew;
    });
}

/** The text with `mask` for each of them. */
export function withoutSecrets(text: string, mask = '…'): string {
  const spans = secretSpans(text);
  if (spans.length === 0) return text;
  let [clean, done] = ['', 0];
  for (const { start, end } of spans) {
    clean += text.slice(done, start) + mask;
    done = end;
  }
  return clean + text.slice(done);
}

/** Plain data with all texts of it without secrets: what is none stays the very same. */
export function dataWithoutSecrets<Data>(data: Data, mask = '…'): Data {
  if (typeof data === 'string') return withoutSecrets(data, mask) as Data;
  if (data === null || typeof data !== 'object') return data;
  if (Array.isArray(data)) {
    const clean = data.map((one: unknown) => dataWithoutSecrets(one, mask));
    return clean.every((one, index) => one === data[index]) ? data : (clean as Data);
  }
  const entries = Object.entries(data as Readonly<Record<string, unknown>>);
  const clean = entries.map(([key, value]) => [key, dataWithoutSecrets(value, mask)] as const);
  return clean.every(([, value], index) => value === entries[index]?.[1]) ? data : (Object.fromEntries(clean) as Data);
}

function ofAddress(address: string, at: number): SecretSpan[] {
  const begin = address.indexOf('://') + 3;
  const query = indexOrEnd(address.slice(begin), /[?#]/) + begin;
  const slash = indexOrEnd(address.slice(begin, query), /\//) + begin;
  const spans: SecretSpan[] = [];
  // A password may have a slash that nobody has written as %2F: then what stands before it is no port.
  const isTorn = /^[^@]*:(?!\d*$)/.test(address.slice(begin, slash).replace(/^\[[^\]]*\]/, ''));
  const who = address.lastIndexOf('@', (isTorn ? query : slash) - 1);
  const host = Math.max(begin, who + 1);
  if (who > begin) spans.push({ start: begin, end: who });
  const path = indexOrEnd(address.slice(host, query), /\//) + host;
  const hook = WEBHOOK_PATH.exec(address.slice(path, query));
  if (hook !== null) spans.push({ start: path + hook.index + hook[0].length, end: query });
  else if (WEBHOOK_HOST.test(address.slice(host, path))) spans.push({ start: path + 1, end: query });
  for (const match of address.slice(query).matchAll(/[?&;#]([^=&;#?]*)=([^&;#]*)/g))
    if (isTelling(decoded(match[1] ?? ''))) {
      const end = query + match.index + match[0].length;
      spans.push({ start: end - (match[2] ?? '').length, end });
    }
  return spans.map(({ start, end }) => ({ start: at + start, end: at + end }));
}

function indexOrEnd(text: string, pattern: RegExp): number {
  const index = text.search(pattern);
  return index < 0 ? text.length : index;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
