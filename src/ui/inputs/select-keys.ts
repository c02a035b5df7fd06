/** Which keys move in a list. Letters and digits search; nothing is ever chosen by them. Pure. */
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import type { SelectMove } from './select-state.ts';

const MOVES: Readonly<Record<string, SelectMove>> = {
  up: 'up',
  down: 'down',
  'ctrl-p': 'up',
  pageup: 'page-up',
  pagedown: 'page-down',
  home: 'first',
  end: 'last',
  backspace: 'narrower',
  'ctrl-h': 'narrower',
};

export function selectMoveOf(press: KeyPress): SelectMove | null {
  return 'char' in press ? { type: press.char } : (MOVES[nameOf(press)] ?? null);
}
