/** The state of a line of text being edited, and what each editing key does to it. Pure. */
import { graphemesOf } from '../terminal/cells.ts';

/** `cursor` counts UTF-16 units and stands between graphemes. */
export interface TextState {
  readonly text: string;
  readonly cursor: number;
}
export type TextEdit =
  | { readonly insert: string }
  | 'left'
  | 'right'
  | 'home'
  | 'end'
  | 'word-left'
  | 'word-right'
  | 'backspace'
  | 'delete'
  | 'delete-word'
  | 'delete-before'
  | 'delete-after';

/** A public key or a URL fits; a pasted file does not. */
const LIMIT = 8192;

export function textState(text: string): TextState {
  return { text, cursor: text.length };
}

export function editText(state: TextState, edit: TextEdit): TextState {
  const { text, cursor } = state;
  const [before, after] = [text.slice(0, cursor), text.slice(cursor)];
  const join = (head: string, tail: string): TextState => ({ text: head + tail, cursor: head.length });
  if (typeof edit === 'object') {
    const clean = edit.insert.replaceAll(/[\p{Cc}]/gu, '');
    return text.length + clean.length > LIMIT ? state : join(before + clean, after);
  }
  switch (edit) {
    case 'left':
      return { text, cursor: cursor - (graphemesOf(before).at(-1)?.length ?? 0) };
    case 'right':
      return { text, cursor: cursor + (graphemesOf(after)[0]?.length ?? 0) };
    case 'home':
      return { text, cursor: 0 };
    case 'end':
      return { text, cursor: text.length };
    case 'word-left':
      return { text, cursor: wordBefore(before).length };
    case 'word-right':
      return { text, cursor: cursor + (/^[^\p{L}\p{N}]*[\p{L}\p{N}]*/u.exec(after)?.[0].length ?? 0) };
    case 'backspace':
      return join(before.slice(0, before.length - (graphemesOf(before).at(-1)?.length ?? 0)), after);
    case 'delete':
      return join(before, after.slice(graphemesOf(after)[0]?.length ?? 0));
    case 'delete-word':
      return join(wordBefore(before), after);
    case 'delete-before':
      return join('', after);
    case 'delete-after':
      return join(before, '');
  }
}

/** What is left of the text when the word before the cursor goes. */
function wordBefore(before: string): string {
  return before.replace(/[\p{L}\p{N}]*[^\p{L}\p{N}]*$/u, '');
}
