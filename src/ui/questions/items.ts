/**
 * Screens about one of several things of a kind (bridges, interfaces, data disks): which there are, adding, removing.
 * Pure.
 */
import { getAt, listAt, setProfile, type Draft, type Plain } from '../answers/draft.ts';
import { fieldAt, type More } from './fields.ts';
import type { Context, Field, FieldId, FieldKind, ItemList } from './screen.ts';

export function countOf(list: ItemList, context: Context): number {
  const own = getAt(context.draft.profile, list.path(context));
  return Array.isArray(own) ? own.length : listAt(context.effective, list.inEffective).length;
}

export function nameOf(list: ItemList, context: Context, index: number): string {
  return list.name(
    getAt(context.effective, [...list.inEffective, index]) ??
      getAt(context.draft.profile, [...list.path(context), index]),
    index,
  );
}

/** The field that says which one it is about. */
export function itemChooser(list: ItemList, id: FieldId): Field {
  return {
    id,
    kind: 'item',
    items: list,
    paths: (context) => [list.path(context)],
    read: (context) => (countOf(list, context) === 0 ? undefined : context.item),
    // Which one is looked at is no answer.
    write: (draft) => draft,
    fallback: () => undefined,
    options: (context) =>
      Array.from({ length: countOf(list, context) }, (_, index) => ({
        value: index,
        label: {
          key: 'form.item',
          values: { n: index + 1, m: countOf(list, context), name: nameOf(list, context, index) },
        },
      })),
  };
}

/** A field of the one that is chosen, at `key` inside it. */
export function itemField(list: ItemList, id: FieldId, kind: FieldKind, key: string, more: More = {}): Field {
  const inside = key.split('.');
  const { isShown } = more;
  return fieldAt(
    id,
    kind,
    (context) => [...list.path(context), context.item, ...inside],
    (context) => [...list.inEffective, context.item, ...inside],
    { ...more, isShown: (context) => countOf(list, context) > 0 && (isShown?.(context) ?? true) },
  );
}

export function withItem(draft: Draft, list: ItemList, context: Context): Draft {
  return setProfile(draft, [...list.path(context), countOf(list, context)], list.fresh(context));
}

export function withoutItem(draft: Draft, list: ItemList, context: Context): Draft {
  const own = getAt(draft.profile, list.path(context));
  // What stood there by default alone is now said not to be there.
  return setProfile(
    draft,
    list.path(context),
    Array.isArray(own) ? (own as readonly Plain[]).filter((_, index) => index !== context.item) : [],
  );
}
