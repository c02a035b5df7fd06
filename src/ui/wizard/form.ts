/** Keys on a screen of fields: from field to field, changing values, opening lists. Pure. */
import { highlighted, moveSelect, selectState, type SelectState } from '../inputs/select-state.ts';
import { selectMoveOf } from '../inputs/select-keys.ts';
import { textEditOf } from '../inputs/text-keys.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { valueOf } from '../questions/fields.ts';
import type { Context, Field } from '../questions/screen.ts';
import { contextOf, currentScreen, focusedField, shownFields } from '../answers/context.ts';
import type { Plain } from '../answers/draft.ts';
import { itemKey } from './item-keys.ts';
import { blocker, screenFindings, withFindings } from '../answers/findings.ts';
import { editFocused, fittingItems, itemsOf, linesOf, moveLine, sweepLines, withInput } from './inputs.ts';
import { chosenPackages, packagesKey } from './packages.ts';
import type { Effect, Step, WizardState } from './state.ts';

/** How many rows PgUp and PgDn move by. */
const PAGE = 10;

const still = (state: WizardState, ...effects: Effect[]): Step => ({ state, effects });

/** `goOn`: what Continue does, once nothing stands in the way. */
export function formKey(state: WizardState, press: KeyPress, goOn: (state: WizardState) => Step): Step {
  const name = nameOf(press);
  const field = focusedField(state);
  if (state.picker !== null && field?.kind === 'packages') {
    // On to the next screen takes what was searched for along.
    if (name === 'ctrl-n') return formKey(packagesKey(state, field, { key: 'enter' }, state.picker), press, goOn);
    return still(packagesKey(state, field, press, state.picker));
  }
  if (state.picker !== null && field !== null) return still(pickerKey(state, field, press));
  if (name === 'ctrl-n' || (field === null && name === 'enter')) return attempt(sweepLines(state), goOn);
  if (name === 'ctrl-r') return still({ ...state, message: null }, { type: 'probe' });
  if (state.input.kind === 'password' && field !== null) return passwordKey(state, field, press);
  if (field !== null) {
    const changed = fieldKey(state, field, press);
    if (changed !== null) return still(changed);
  }
  if (name === 'up' || name === 'backtab') return still(focusOn(state, state.focus - 1));
  if (name === 'down' || name === 'tab' || name === 'enter') return still(focusOn(state, state.focus + 1));
  const edit = textEditOf(press);
  return still(edit === null ? state : editFocused(state, edit));
}

/** Moves the focus; one past the last field is Continue. */
export function focusOn(state: WizardState, focus: number): WizardState {
  const swept = sweepLines(state);
  const fields = shownFields(currentScreen(swept), contextOf(swept));
  return withInput({ ...swept, focus: Math.max(0, Math.min(focus, fields.length)), message: null });
}

function attempt(state: WizardState, goOn: (state: WizardState) => Step): Step {
  if (state.environment === null) return still({ ...state, message: { key: 'form.stillProbing' } });
  const filled = withFindings(fillIn(state));
  const block = blocker(filled);
  if (block !== null) return still(withInput({ ...filled, focus: block.focus, item: block.item, message: null }));
  // A host that lets nobody in is allowed, but nobody shall get one unawares: the second time is meant.
  const isLockedOut = screenFindings(filled).some(({ code }) => code === 'no-login');
  if (isLockedOut && state.message?.key !== 'form.nobody')
    return still({ ...filled, message: { key: 'form.nobody', isTrouble: true } });
  return goOn(filled);
}

/** Defaults that are this machine's, not the profile's, become answers when the screen is left. */
function fillIn(state: WizardState): WizardState {
  return currentScreen(state).fields.reduce((before, field) => {
    const context = contextOf(before);
    if (field.isFilled !== true || !(field.isShown?.(context) ?? true) || field.read(context) !== undefined)
      return before;
    const value = field.fallback(context);
    return value === undefined || (Array.isArray(value) && value.length === 0)
      ? before
      : { ...before, draft: field.write(before.draft, value, context) };
  }, state);
}

/** What a key does inside the field; null: it is not for the field. */
function fieldKey(state: WizardState, field: Field, press: KeyPress): WizardState | null {
  const name = nameOf(press);
  const context = contextOf(state);
  switch (field.kind) {
    case 'toggle':
      return name === ' ' || name === 'left' || name === 'right'
        ? write(state, field, valueOf(field, context) !== true)
        : null;
    case 'choice':
      if (name === 'left' || name === 'right') return cycle(state, field, context, name === 'right' ? 1 : -1);
      return name === ' ' ? open(state, field, context) : 'char' in press ? state : null;
    case 'search':
    case 'multi': {
      if (name === ' ') return open(state, field, context);
      if (!('char' in press) || field.kind === 'multi') return 'char' in press ? state : null;
      const opened = open(state, field, context);
      return opened.picker === null
        ? opened
        : { ...opened, picker: moveSelect(itemsOf(field, context), opened.picker, { type: press.char }, PAGE) };
    }
    case 'packages':
      if (name === 'backspace') return write(state, field, chosenPackages(field, context).slice(0, -1));
      return 'char' in press ? packagesOpened(state, press.char) : null;
    case 'item':
      return itemKey(state, field, press);
    case 'rows':
      return rowsKey(state, field, context, name);
    case 'lines':
      return linesKey(state, field, context, name);
    default:
      return null;
  }
}

function write(state: WizardState, field: Field, value: Plain | undefined): WizardState {
  return { ...state, message: null, draft: field.write(state.draft, value, contextOf(state)) };
}

function cycle(state: WizardState, field: Field, context: Context, by: 1 | -1): WizardState {
  const options = (field.options?.(context) ?? []).filter((option) => option.refusal === undefined);
  const at = options.findIndex((option) => JSON.stringify(option.value) === JSON.stringify(valueOf(field, context)));
  const next = options[(at + by + options.length) % Math.max(1, options.length)];
  return next === undefined ? state : write(state, field, next.value);
}

function open(state: WizardState, field: Field, context: Context): WizardState {
  const value = valueOf(field, context);
  return {
    ...state,
    message: null,
    picker: selectState(itemsOf(field, context), field.kind === 'multi' ? null : JSON.stringify(value ?? null)),
  };
}

/** A letter is searched for at once. */
function packagesOpened(state: WizardState, char: string): WizardState {
  return { ...state, message: null, picker: { value: null, index: 0, filter: char === ' ' ? '' : char.toLowerCase() } };
}

function pickerKey(state: WizardState, field: Field, press: KeyPress): WizardState {
  const context = contextOf(state);
  const items = itemsOf(field, context);
  const picker = state.picker ?? selectState(items, null);
  const name = nameOf(press);
  if (name === 'escape' || name === 'tab') return { ...state, picker: null };
  const fitting = fittingItems(field, context, picker.filter);
  const item = fitting[highlighted(fitting, picker)];
  if (field.kind === 'multi' && name === ' ')
    return item === undefined ? state : write(state, field, toggled(field, context, JSON.parse(item.value) as Plain));
  if (name === 'enter') {
    if (field.kind === 'multi') return { ...state, picker: null };
    if (field.kind === 'item' && item !== undefined)
      return withInput({ ...state, picker: null, item: JSON.parse(item.value) as number });
    return item === undefined || item.refusal !== undefined
      ? state
      : { ...write(state, field, JSON.parse(item.value) as Plain), picker: null };
  }
  // Nothing begins with a blank.
  const move = name === ' ' && picker.filter === '' ? null : selectMoveOf(press);
  return move === null
    ? state
    : {
        ...state,
        picker:
          typeof move === 'object' || move === 'narrower'
            ? searched(field, context, moveSelect(items, picker, move, PAGE))
            : { ...moveSelect(fitting, { ...picker, filter: '' }, move, PAGE), filter: picker.filter },
      };
}

/** The highlight is on the first that fits, also when that is what was typed. */
function searched(field: Field, context: Context, picker: SelectState): SelectState {
  return picker.value === null
    ? { ...picker, value: fittingItems(field, context, picker.filter)[0]?.value ?? null }
    : picker;
}

/** In the order of the options, whatever the order of choosing. */
function toggled(field: Field, context: Context, value: Plain): readonly Plain[] {
  const now = valueOf(field, context);
  const before = Array.isArray(now) ? (now as readonly Plain[]) : [];
  const options = (field.options?.(context) ?? []).map((option) => option.value);
  const wanted = before.includes(value) ? before.filter((one) => one !== value) : [...before, value];
  return [...options.filter((one) => wanted.includes(one)), ...wanted.filter((one) => !options.includes(one))];
}

/** A choice shown whole: moving over a row chooses it, unless it cannot be chosen. */
function rowsKey(state: WizardState, field: Field, context: Context, name: string): WizardState | null {
  if (state.input.kind !== 'rows') return null;
  const items = itemsOf(field, context);
  const at = highlighted(items, state.input.select);
  if ((name === 'up' && at === 0) || (name === 'down' && at >= items.length - 1)) return null;
  const move = (
    { up: 'up', down: 'down', home: 'first', end: 'last', pageup: 'page-up', pagedown: 'page-down' } as const
  )[name];
  if (move === undefined) return name === ' ' ? choose(state, field, items[at]) : null;
  const select = moveSelect(items, state.input.select, move, PAGE);
  return choose({ ...state, input: { kind: 'rows', select } }, field, items[highlighted(items, select)]);
}

function choose(
  state: WizardState,
  field: Field,
  item: { readonly value: string; readonly refusal?: string } | undefined,
): WizardState {
  return item === undefined || item.refusal !== undefined
    ? state
    : write(state, field, JSON.parse(item.value) as Plain);
}

function linesKey(state: WizardState, field: Field, context: Context, name: string): WizardState | null {
  if (state.input.kind !== 'lines') return null;
  const { row, text } = state.input;
  const { length } = linesOf(field, context);
  if (name === 'up' && row > 0) return moveLine(state, 'up');
  // From the last entry down is the empty one, and from there out of the list.
  if (name === 'down' && row < length) return moveLine(state, 'down');
  return name === 'enter' && text.text !== '' && row < length ? moveLine(state, 'down') : null;
}

function passwordKey(state: WizardState, field: Field, press: KeyPress): Step {
  if (state.input.kind !== 'password' || state.input.isHashing) return still(state);
  const { text, first } = state.input;
  const name = nameOf(press);
  if (['up', 'down', 'tab', 'backtab'].includes(name))
    return still(focusOn(state, state.focus + (name === 'up' || name === 'backtab' ? -1 : 1)));
  if (name === 'delete' && text.text === '') return still(write(state, field, undefined));
  if (name !== 'enter') {
    const edit = textEditOf(press);
    return still(edit === null ? state : editFocused(state, edit));
  }
  if (text.text === '' && first === null) return still(focusOn(state, state.focus + 1));
  const fresh = { kind: 'password', text: { text: '', cursor: 0 }, isHashing: false } as const;
  if (first === null) return still({ ...state, input: { ...fresh, first: text.text } });
  if (first !== text.text)
    return still({ ...state, input: { ...fresh, first: null }, message: { key: 'form.differ', isTrouble: true } });
  return still(
    { ...state, input: { ...fresh, first: null, isHashing: true } },
    { type: 'hash', password: first, place: state.place, field: field.id },
  );
}
