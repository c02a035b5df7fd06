/**
 * A list to choose from: which item is highlighted, what is searched for. It remembers the item, not its place, so a
 * rescan moves nothing. Pure.
 */

export interface SelectItem {
  readonly value: string;
  readonly label: string;
  /** Why it cannot be chosen. */
  readonly refusal?: string;
}
/** `index` is where the highlight was: it counts when the item itself is gone. */
export interface SelectState {
  readonly value: string | null;
  readonly index: number;
  readonly filter: string;
}
export type SelectMove =
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'narrower'
  | { readonly type: string };

export function selectState(items: readonly SelectItem[], value: string | null): SelectState {
  const index = Math.max(
    0,
    items.findIndex((item) => item.value === value),
  );
  return { value: items[index]?.value ?? null, index, filter: '' };
}

/** The items that fit what is typed, in their order; those that begin with it come first. */
export function matching<Item extends SelectItem>(items: readonly Item[], filter: string): readonly Item[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const [first] = words;
  if (first === undefined) return items;
  const text = (item: Item): string => `${item.label} ${item.value}`.toLowerCase().replaceAll('_', ' ');
  const fitting = items.filter((item) => words.every((word) => text(item).includes(word.replaceAll('_', ' '))));
  const begins = (item: Item): boolean =>
    new RegExp(`(^|[^\\p{L}\\p{N}])${first.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&')}`, 'u').test(text(item));
  return [...fitting.filter(begins), ...fitting.filter((item) => !begins(item))];
}

/** Where the highlight is now: at its item, else at the same place. */
export function highlighted(items: readonly SelectItem[], state: SelectState): number {
  const at = items.findIndex((item) => item.value === state.value);
  return at >= 0 ? at : Math.max(0, Math.min(state.index, items.length - 1));
}

/** `page` is how many rows are on screen. Nothing wraps around: holding a key ends at the end. */
export function moveSelect(all: readonly SelectItem[], state: SelectState, move: SelectMove, page = 10): SelectState {
  if (typeof move === 'object' || move === 'narrower') {
    const filter = move === 'narrower' ? [...state.filter].slice(0, -1).join('') : state.filter + move.type;
    const left = matching(all, filter);
    const keeps = left.findIndex((item) => item.value === state.value);
    const index = filter.length < state.filter.length && keeps >= 0 ? keeps : 0;
    return { filter, index, value: left[index]?.value ?? null };
  }
  const items = matching(all, state.filter);
  const at = highlighted(items, state);
  const target = {
    up: at - 1,
    down: at + 1,
    'page-up': at - page,
    'page-down': at + page,
    first: 0,
    last: items.length - 1,
  }[move];
  const index = Math.max(0, Math.min(target, items.length - 1));
  return { ...state, index, value: items[index]?.value ?? null };
}

/** The rows to draw around the highlight: `[from, to)`. */
export function windowOf(count: number, at: number, rows: number): { readonly from: number; readonly to: number } {
  const from = Math.max(0, Math.min(at - Math.floor(rows / 2), count - rows));
  return { from, to: Math.min(count, from + rows) };
}
