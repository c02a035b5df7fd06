/**
 * The list of packages: those chosen, those that fit what is typed, and what is typed as it is. Sixty thousand names
 * are nothing to it. Pure.
 */
import { highlighted, type SelectItem, type SelectState } from '../inputs/select-state.ts';
import { selectMoveOf } from '../inputs/select-keys.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { valueOf } from '../questions/fields.ts';
import type { Context, Field } from '../questions/screen.ts';
import { contextOf } from '../answers/context.ts';
import type { WizardState } from './state.ts';

export interface PackageItem extends SelectItem {
  readonly isChosen: boolean;
  /** None of the names that are known. */
  readonly isUnknown: boolean;
}

/** More nobody reads: one types on. */
const MOST = 200;
const PAGE = 10;

let last: { readonly names: readonly string[]; readonly filter: string; readonly found: readonly string[] } | null =
  null;

/** The name itself first, then those that begin with it, then those that have it somewhere. */
export function fittingNames(names: readonly string[], filter: string): readonly string[] {
  if (last?.names === names && last.filter === filter) return last.found;
  const beginning: string[] = [];
  const within: string[] = [];
  for (const name of names) {
    if (name.startsWith(filter)) beginning.push(name);
    else if (within.length < MOST && name.includes(filter)) within.push(name);
    if (beginning.length >= MOST) break;
  }
  const found = [...beginning, ...within].slice(0, MOST);
  last = { names, filter, found };
  return found;
}

export function chosenPackages(field: Field, context: Context): readonly string[] {
  const value = valueOf(field, context);
  return Array.isArray(value) ? value.map(String) : [];
}

/** `names`: null while they are being looked up. */
export function packageItems(
  chosen: readonly string[],
  names: readonly string[] | null,
  filter: string,
): readonly PackageItem[] {
  const item = (name: string, isUnknown: boolean): PackageItem => ({
    value: name,
    label: name,
    isChosen: chosen.includes(name),
    isUnknown,
  });
  const known = names ?? [];
  if (filter === '') return chosen.map((name) => item(name, false));
  const found = fittingNames(known, filter);
  // What is typed can always be had as it is: another repository may have it.
  return [...(found[0] === filter ? [] : [item(filter, true)]), ...found.map((name) => item(name, false))];
}

/** Keys while the list is open. */
export function packagesKey(state: WizardState, field: Field, press: KeyPress, picker: SelectState): WizardState {
  const context = contextOf(state);
  const chosen = chosenPackages(field, context);
  const items = packageItems(chosen, state.packages.names, picker.filter);
  const at = highlighted(items, picker);
  const name = nameOf(press);
  const write = (packages: readonly string[]): WizardState => ({
    ...state,
    message: null,
    draft: field.write(state.draft, packages, context),
  });
  const toggled = (): WizardState => {
    const item = items[at];
    return item === undefined
      ? state
      : write(item.isChosen ? chosen.filter((one) => one !== item.value) : [...chosen, item.value]);
  };
  const find = (filter: string): WizardState => ({
    ...state,
    picker: { filter: filter.toLowerCase(), index: 0, value: null },
  });
  if (name === 'escape' || name === 'tab') return { ...state, picker: null };
  if (name === ' ' || name === ',')
    return { ...toggled(), picker: { filter: '', index: picker.filter === '' ? at : 0, value: null } };
  if (name === 'enter') {
    const item = items[at];
    // Enter takes what was searched for; it never takes away.
    return { ...(picker.filter !== '' && item !== undefined && !item.isChosen ? toggled() : state), picker: null };
  }
  const move = selectMoveOf(press);
  if (move === null) return state;
  if (typeof move === 'object') return find(picker.filter + move.type);
  if (move === 'narrower') return find([...picker.filter].slice(0, -1).join(''));
  const target = {
    up: at - 1,
    down: at + 1,
    'page-up': at - PAGE,
    'page-down': at + PAGE,
    first: 0,
    last: items.length - 1,
  }[move];
  const index = Math.max(0, Math.min(target, items.length - 1));
  return { ...state, picker: { ...picker, index, value: items[index]?.value ?? null } };
}

/** Names with blanks, commas or line ends between them, as they are pasted. */
export function addPackages(state: WizardState, field: Field, text: string): WizardState {
  const context = contextOf(state);
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const chosen = chosenPackages(field, context);
  return { ...state, message: null, draft: field.write(state.draft, [...new Set([...chosen, ...words])], context) };
}
