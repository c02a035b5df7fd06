/** Keys on the field that says which of several things the screen is about: choose, add, remove, bring back. Pure. */
import { selectState } from '../inputs/select-state.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { countOf, nameOf as nameOfItem, withItem, withoutItem } from '../questions/items.ts';
import type { Field } from '../questions/screen.ts';
import { contextOf } from '../answers/context.ts';
import { getAt, setProfile } from '../answers/draft.ts';
import { withFindings } from '../answers/findings.ts';
import { itemsOf, withInput } from './inputs.ts';
import type { WizardState } from './state.ts';

/** Null: the key is not for this field. */
export function itemKey(state: WizardState, field: Field, press: KeyPress): WizardState | null {
  const { items } = field;
  if (items === undefined) return null;
  const context = contextOf(state);
  const count = countOf(items, context);
  const name = nameOf(press);
  const on = (item: number): WizardState => withInput({ ...state, message: null, item });
  switch (name) {
    case 'left':
    case 'right':
      return count < 2 ? state : on((context.item + (name === 'right' ? 1 : count - 1)) % count);
    case ' ':
      return count === 0
        ? state
        : { ...state, message: null, picker: selectState(itemsOf(field, context), JSON.stringify(context.item)) };
    case 'a':
    case '+': {
      const added = { ...state, item: count, undoItem: null, draft: withItem(state.draft, items, context) };
      return withFindings(
        withInput({
          ...added,
          message: { key: 'form.itemAdded', values: { name: nameOfItem(items, contextOf(added), count) } },
        }),
      );
    }
    case 'd':
    case 'delete': {
      if (count === 0) return state;
      if (count <= items.least) return { ...state, message: { key: 'form.itemLast', isTrouble: true } };
      const path = items.path(context);
      const removed = nameOfItem(items, context, context.item);
      const left: WizardState = {
        ...state,
        draft: withoutItem(state.draft, items, context),
        item: Math.min(context.item, count - 2),
        undoItem: { path, list: getAt(state.draft.profile, path), item: context.item, name: removed },
      };
      return withFindings(withInput({ ...left, message: { key: 'domus.removed', values: { name: removed } } }));
    }
    case 'u': {
      const { undoItem } = state;
      if (undoItem === null) return { ...state, message: { key: 'domus.nothingToUndo' } };
      const back: WizardState = {
        ...state,
        draft: setProfile(state.draft, undoItem.path, undoItem.list),
        item: undoItem.item,
        undoItem: null,
      };
      return withFindings(withInput({ ...back, message: { key: 'domus.restored', values: { name: undoItem.name } } }));
    }
    default:
      return 'char' in press ? state : null;
  }
}
