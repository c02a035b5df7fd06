/** Which keys edit a line of text: those of a shell. Digits and letters only ever type themselves. Pure. */
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import type { TextEdit } from './text-state.ts';

const EDITS: Readonly<Record<string, TextEdit>> = {
  left: 'left',
  right: 'right',
  home: 'home',
  end: 'end',
  backspace: 'backspace',
  delete: 'delete',
  'ctrl-a': 'home',
  'ctrl-e': 'end',
  'ctrl-b': 'left',
  'ctrl-f': 'right',
  'ctrl-d': 'delete',
  'ctrl-h': 'backspace',
  'ctrl-w': 'delete-word',
  'ctrl-u': 'delete-before',
  'ctrl-k': 'delete-after',
};

/** What a key does to the text; null when it is none of ours. */
export function textEditOf(press: KeyPress): TextEdit | null {
  return 'char' in press ? { insert: press.char } : (EDITS[nameOf(press)] ?? null);
}
