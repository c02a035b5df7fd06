/** From what Ink reports to single key presses. The rest of the wizard knows keys by these names alone. Pure. */

type KeyName =
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'pageup'
  | 'pagedown'
  | 'enter'
  | 'escape'
  | 'tab'
  | 'backtab'
  | 'backspace'
  | 'delete';
export type KeyPress = { readonly key: KeyName } | { readonly ctrl: string } | { readonly char: string };

/** The part of Ink's `Key` that is looked at. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly leftArrow: boolean;
  readonly rightArrow: boolean;
  readonly pageDown: boolean;
  readonly pageUp: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly meta: boolean;
}

const NAMED: readonly (readonly [keyof InkKey, KeyName])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageUp', 'pageup'],
  ['pageDown', 'pagedown'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['backspace', 'backspace'],
  ['delete', 'delete'],
];

/** One report may hold several presses: fast typing and slow lines join them. */
export function keyPresses(input: string, key: InkKey): KeyPress[] {
  if (key.tab) return [{ key: key.shift ? 'backtab' : 'tab' }];
  const named = NAMED.find(([flag]) => key[flag]);
  if (named !== undefined) return [{ key: named[1] }];
  if (key.ctrl) return input.length === 1 ? [{ ctrl: input.toLowerCase() }] : [];
  // Alt with a letter means nothing here; it must not type the letter.
  if (key.meta) return [];
  return [...input].flatMap(pressOf);
}

function pressOf(char: string): KeyPress[] {
  if (char === '\r' || char === '\n') return [{ key: 'enter' }];
  if (char === '\t') return [{ key: 'tab' }];
  if (char === '\u007f' || char === '\b') return [{ key: 'backspace' }];
  const code = char.charCodeAt(0);
  if (code < 27) return [{ ctrl: String.fromCharCode(code + 96) }];
  return /[\p{Cc}\p{Cf}]/u.test(char) && char !== '\u200d' ? [] : [{ char }];
}

/** For comparing: `up`, `ctrl-n`, `a`. */
export function nameOf(press: KeyPress): string {
  return 'key' in press ? press.key : 'ctrl' in press ? `ctrl-${press.ctrl}` : press.char;
}
