/** Keys by name, as the bytes a terminal sends for them. */
const BYTES: Readonly<Record<string, string>> = {
  up: '\u001b[A',
  down: '\u001b[B',
  right: '\u001b[C',
  left: '\u001b[D',
  home: '\u001b[H',
  end: '\u001b[F',
  pageup: '\u001b[5~',
  pagedown: '\u001b[6~',
  delete: '\u001b[3~',
  enter: '\r',
  escape: '\u001b',
  tab: '\t',
  backtab: '\u001b[Z',
  backspace: '\u007f',
  space: ' ',
};

/** Bytes of a key: a name, `ctrl-x`, or the text itself. */
export function bytesOf(key: string): string {
  return key.startsWith('ctrl-') ? String.fromCharCode(key.charCodeAt(5) - 96) : (BYTES[key] ?? key);
}
