/** What the field with the focus is edited with, and how what was typed becomes the draft's value. Pure. */
import { editText, textState, type TextEdit, type TextState } from '../inputs/text-state.ts';
import { matching, selectState } from '../inputs/select-state.ts';
import { english } from '../../i18n/english.ts';
import { say } from '../../i18n/phrase.ts';
import { loadedTranslator } from '../../i18n/t.ts';
import type { Context, Field, Words } from '../questions/screen.ts';
import { valueOf } from '../questions/fields.ts';
import { contextOf, focusedField, textOf } from '../answers/context.ts';
import type { Plain } from '../answers/draft.ts';
import type { Input, WizardState } from './state.ts';

const NONE: Input = { kind: 'none' };

/** A fresh input for the field that has the focus now. */
export function withInput(state: WizardState): WizardState {
  const field = focusedField(state);
  return { ...state, picker: null, input: field === null ? NONE : inputFor(field, contextOf(state)) };
}

function inputFor(field: Field, context: Context): Input {
  switch (field.kind) {
    case 'text':
    case 'number':
    case 'size':
    case 'words':
      return { kind: 'text', text: textState(textOf(field, context)) };
    case 'lines':
      return lineInput(linesOf(field, context), Number.POSITIVE_INFINITY);
    case 'password':
      return { kind: 'password', text: textState(''), first: null, isHashing: false };
    case 'rows':
      return {
        kind: 'rows',
        select: selectState(itemsOf(field, context), JSON.stringify(valueOf(field, context) ?? null)),
      };
    default:
      return NONE;
  }
}

/** The options of a field as a list to move in. */
export function itemsOf(field: Field, context: Context): { value: string; label: string; refusal?: string }[] {
  return (field.options?.(context) ?? []).map(({ value, label, refusal }) => ({
    value: JSON.stringify(value),
    label: inWords(label, context),
    ...(refusal === undefined ? {} : { refusal: inWords(refusal, context) }),
  }));
}

/** What is searched in lists: what the screen shows. */
function inWords(words: Words, { locale }: Context): string {
  return 'text' in words ? words.text : say(words, loadedTranslator(locale) ?? english);
}

/** What of it fits what is searched for; the typed words themselves where any value is allowed. */
export function fittingItems(
  field: Field,
  context: Context,
  filter: string,
): readonly { value: string; label: string; refusal?: string; isFree?: boolean }[] {
  const fitting = matching(itemsOf(field, context), filter);
  const typed = JSON.stringify(filter);
  return field.isFree !== true || filter === '' || fitting.some(({ value }) => value === typed)
    ? fitting
    : [...fitting, { value: typed, label: filter, isFree: true }];
}

export function linesOf(field: Field, context: Context): readonly string[] {
  const value = valueOf(field, context);
  return Array.isArray(value) ? value.map(String) : [];
}

/** Editing the entry at `row`, or a new one after the last. */
function lineInput(lines: readonly string[], row: number): Input {
  const at = Math.max(0, Math.min(row, lines.length));
  return { kind: 'lines', row: at, text: textState(lines[at] ?? '') };
}

/** The state after an edit of the focused field's text, the draft included. */
export function editFocused(state: WizardState, edit: TextEdit): WizardState {
  const field = focusedField(state);
  const { input } = state;
  if (field === null || input.kind === 'none' || input.kind === 'rows') return state;
  const text = editText(input.text, edit);
  if (text.text === input.text.text) return { ...state, input: { ...input, text } };
  if (input.kind === 'password') return { ...state, input: { ...input, text }, message: null };
  const context = contextOf(state);
  const value =
    input.kind === 'lines' ? withLine(linesOf(field, context), input.row, text.text) : parsed(field, text, context);
  return { ...state, input: { ...input, text }, message: null, draft: field.write(state.draft, value, context) };
}

/** What the typed text stands for; undefined: nothing, so that the default counts. */
function parsed(field: Field, { text }: TextState, context: Context): Plain | undefined {
  const clean = text.trim();
  if (field.kind === 'words')
    return clean === ''
      ? field.read(context) === undefined
        ? undefined
        : []
      : clean.split(/[\s,]+/).filter((word) => word !== '');
  if (clean === '') return undefined;
  // What is no number stays text: the checks say what is wrong with it.
  return field.kind === 'number' && /^-?\d{1,15}$/.test(clean) ? Number(clean) : clean;
}

function withLine(lines: readonly string[], row: number, text: string): readonly string[] {
  const changed = [...lines];
  if (row >= lines.length && text !== '') changed.push(text);
  else if (row < lines.length) changed[row] = text;
  return changed;
}

/** Pasted text: in a list each line is an entry; elsewhere lines are joined. */
export function paste(state: WizardState, text: string): WizardState {
  const lines = text
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (state.input.kind !== 'lines')
    return editFocused(state, { insert: state.input.kind === 'password' ? (lines[0] ?? '') : lines.join(' ') });
  return lines.reduce((before, line, index) => {
    const one = editFocused(before, { insert: line });
    return index === lines.length - 1 ? one : moveLine(one, 'down');
  }, state);
}

/** Moves among the entries; an entry that was emptied goes away. */
export function moveLine(state: WizardState, direction: 'up' | 'down'): WizardState {
  const field = focusedField(state);
  if (field === null || state.input.kind !== 'lines') return state;
  const { row } = state.input;
  const swept = sweepLines(state);
  const lines = linesOf(field, contextOf(swept));
  const gone = (linesOf(field, contextOf(state))[row] ?? '') === '';
  return { ...swept, input: lineInput(lines, direction === 'up' ? row - 1 : gone ? row : row + 1) };
}

/** Takes emptied entries away: when one moves on, nothing is left half done. */
export function sweepLines(state: WizardState): WizardState {
  const field = focusedField(state);
  if (field === null || state.input.kind !== 'lines') return state;
  const context = contextOf(state);
  const lines = linesOf(field, context);
  const kept = lines.map((line) => line.trim()).filter((line) => line !== '');
  return kept.length === lines.length && kept.every((line, index) => line === lines[index])
    ? state
    : { ...state, draft: field.write(state.draft, kept, context) };
}

/** Does a question mark belong into a text? */
export function isTyping(state: WizardState): boolean {
  if (state.picker !== null || ['text', 'lines', 'password'].includes(state.input.kind)) return true;
  return state.place.screen === 'review' || (state.place.screen === 'domus' && state.list.filter !== null);
}
