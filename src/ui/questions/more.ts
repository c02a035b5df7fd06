/** Whether the rarer questions are asked: a screen of their own for the host, and one for each DomU. Pure. */
import { getAt, type Path } from '../answers/draft.ts';
import type { Context, Field, FieldId } from './screen.ts';

type Whose = 'host' | 'domus';

/** Asked for by hand, or because there are answers to them already. */
export function wantsMore(whose: Whose, context: Context, places: readonly Path[]): boolean {
  return context.draft.more?.[whose] ?? places.some((path) => getAt(context.draft.profile, path) !== undefined);
}

/** The question itself. */
export function moreField(id: FieldId, whose: Whose, places: (context: Context) => readonly Path[]): Field {
  return {
    id,
    kind: 'toggle',
    paths: () => [],
    read: ({ draft }) => draft.more?.[whose],
    write: (draft, value) => ({ ...draft, more: { ...draft.more, [whose]: value === true } }),
    fallback: (context) => wantsMore(whose, context, places(context)),
  };
}
