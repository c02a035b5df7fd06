/** Keys in a question that stands before a screen. Pure. */
import { exportAnswered, exportedText, exportKey, exportPaste, type ExportEvent } from './export-state.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { menuRow } from '../inputs/menu.ts';
import { exportName } from './review.ts';
import type { Dialog, Effect, Step, WizardState } from './state.ts';

export type Answer = 'stay' | 'leave' | 'resume' | 'anew';
/** In the order in which they are shown. */
export const ANSWERS = { leave: ['stay', 'leave'], draft: ['resume', 'anew'] } as const satisfies Record<
  string,
  readonly Answer[]
>;

const SCROLLS: Readonly<Record<string, number>> = { up: -1, down: 1, pageup: -8, pagedown: 8 };

/** `answer`: what was chosen; the question is closed then. */
export function dialogKey(state: WizardState, dialog: Dialog, press: KeyPress): Step & { readonly answer?: Answer } {
  const name = nameOf(press);
  const to = (next: Dialog | null, ...effects: Effect[]): Step => ({ state: { ...state, dialog: next }, effects });
  switch (dialog.kind) {
    case 'keys': {
      const by = SCROLLS[name];
      return to(
        by === undefined ? null : { kind: 'keys', offset: Math.max(0, Math.min(dialog.offset + by, MOST_KEYS)) },
      );
    }
    case 'export': {
      const { next, effects } = exportKey(dialog.export, press, exportName(state));
      return to(next === null ? null : { kind: 'export', export: next }, ...effects);
    }
    case 'leave':
      if (name === 'escape') return to(null);
      return name === 'enter'
        ? answered(state, ANSWERS.leave[dialog.row] ?? 'stay')
        : to({ ...dialog, row: menuRow(dialog.row, name, ANSWERS.leave.length) });
    case 'draft':
      // The offered answers must be taken or not.
      if (name === 'ctrl-c') return { state: { ...state, outcome: 'left' }, effects: [] };
      return name === 'enter'
        ? answered(state, ANSWERS.draft[dialog.row] ?? 'resume')
        : to({ ...dialog, row: menuRow(dialog.row, name, ANSWERS.draft.length) });
  }
}

/** More lines than any screen has keys: a bound for the state alone. */
const MOST_KEYS = 20;

function answered(state: WizardState, answer: Answer): Step & { readonly answer: Answer } {
  const closed: WizardState = { ...state, dialog: null };
  return answer === 'leave'
    ? { state: { ...closed, outcome: 'left' }, effects: [{ type: 'save' }], answer }
    : { state: closed, effects: [], answer };
}

export function dialogPaste(state: WizardState, dialog: Dialog, text: string): WizardState {
  return dialog.kind === 'export'
    ? { ...state, dialog: { kind: 'export', export: exportPaste(dialog.export, text) } }
    : state;
}

/** How an export went. */
export function exportEvent(state: WizardState, event: ExportEvent): WizardState {
  const open = state.dialog?.kind === 'export' ? state.dialog.export : null;
  const next = exportAnswered(open, event);
  const told: WizardState = {
    ...state,
    ...(state.dialog?.kind === 'export' ? { dialog: next === null ? null : { kind: 'export', export: next } } : {}),
  };
  switch (event.type) {
    case 'exported': {
      const { key, ...values } = exportedText(event);
      return { ...told, message: { key, values } };
    }
    case 'export-failed':
      return { ...told, message: { key: 'export.failed', values: { reason: event.reason }, isTrouble: true } };
    default:
      return told;
  }
}
