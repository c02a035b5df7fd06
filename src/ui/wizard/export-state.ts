/** Taking the profile along: where to, which file, which USB stick. What keys do, and what is then to be done. Pure. */
import { textEditOf } from '../inputs/text-keys.ts';
import { editText, textState, type TextState } from '../inputs/text-state.ts';
import type { Stick } from '../../facts/sticks.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { menuRow } from '../inputs/menu.ts';

export type ExportState =
  | { readonly step: 'where'; readonly row: number }
  | { readonly step: 'file'; readonly file: TextState }
  /** Null: they are being looked for. */
  | { readonly step: 'stick'; readonly sticks: readonly Stick[] | null; readonly row: number }
  | { readonly step: 'working' };

export const PLACES = ['file', 'stick', 'screen'] as const;

/** `name`: what the file is called unless one says otherwise. */
export type ExportEffect =
  | { readonly type: 'export-file'; readonly file: string }
  | { readonly type: 'find-sticks' }
  | { readonly type: 'export-stick'; readonly stick: Stick; readonly name: string }
  | { readonly type: 'export-screen' };
/** How it went; whoever carries an effect out answers with one of these. */
export type ExportEvent =
  | { readonly type: 'sticks'; readonly sticks: readonly Stick[] }
  | {
      readonly type: 'exported';
      readonly file: string;
      /** The stick it is on, which can be pulled out. */
      readonly stick?: string;
      /** Whoever has the stick reads secrets on it. */
      readonly isOpen?: boolean;
    }
  | { readonly type: 'export-shown' }
  | { readonly type: 'export-failed'; readonly reason: string };

/** Null: the question is closed. */
export interface ExportStep {
  readonly next: ExportState | null;
  readonly effects: readonly ExportEffect[];
}

export const OPENED: ExportState = { step: 'where', row: 0 };

export function exportKey(state: ExportState, press: KeyPress, name: string): ExportStep {
  const key = nameOf(press);
  const stay = (next: ExportState | null, ...effects: ExportEffect[]): ExportStep => ({ next, effects });
  // What is being written is not interrupted half way.
  if (state.step === 'working') return stay(state);
  if (key === 'escape' || key === 'ctrl-c') return stay(state.step === 'where' ? null : OPENED);
  switch (state.step) {
    case 'where': {
      if (key !== 'enter') return stay({ step: 'where', row: menuRow(state.row, key, PLACES.length) });
      const place = PLACES[state.row];
      if (place === 'file') return stay({ step: 'file', file: textState(name) });
      return place === 'stick'
        ? stay({ step: 'stick', sticks: null, row: 0 }, { type: 'find-sticks' })
        : stay({ step: 'working' }, { type: 'export-screen' });
    }
    case 'file': {
      const file = state.file.text.trim();
      if (key === 'enter') return file === '' ? stay(state) : stay({ step: 'working' }, { type: 'export-file', file });
      const edit = textEditOf(press);
      return stay(edit === null ? state : { step: 'file', file: editText(state.file, edit) });
    }
    case 'stick': {
      if (state.sticks === null) return stay(state);
      if (key === 'ctrl-r') return stay({ step: 'stick', sticks: null, row: 0 }, { type: 'find-sticks' });
      const stick = state.sticks[state.row];
      if (key !== 'enter') return stay({ ...state, row: menuRow(state.row, key, state.sticks.length) });
      return stick === undefined ? stay(state) : stay({ step: 'working' }, { type: 'export-stick', stick, name });
    }
  }
}

/** After an answer: open as long as there is something to choose. */
export function exportAnswered(state: ExportState | null, event: ExportEvent): ExportState | null {
  if (event.type === 'sticks') return state?.step === 'stick' ? { step: 'stick', sticks: event.sticks, row: 0 } : state;
  return null;
}

/** What is said of a profile that has got to where it was to go. */
export function exportedText({
  file,
  stick,
  isOpen,
}: ExportEvent & { readonly type: 'exported' }):
  | { readonly key: 'export.done'; readonly file: string }
  | { readonly key: 'export.onStick' | 'export.onOpenStick'; readonly file: string; readonly stick: string } {
  return stick === undefined
    ? { key: 'export.done', file }
    : { key: isOpen === true ? 'export.onOpenStick' : 'export.onStick', file, stick };
}

export function exportPaste(state: ExportState, text: string): ExportState {
  return state.step === 'file' ? { step: 'file', file: editText(state.file, { insert: text }) } : state;
}
