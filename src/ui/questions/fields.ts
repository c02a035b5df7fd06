/** Short ways to say what a field is: most stand at one path of the profile, and their default is the profile's own. */
import type { TextKey } from '../../i18n/t.ts';
import { getAt, setProfile, type Path, type Plain } from '../answers/draft.ts';
import type { Context, Field, FieldId, FieldKind, Option } from './screen.ts';

export type More = Partial<Omit<Field, 'id' | 'kind'>>;

/** A field of the host at `path`, e.g. `host.storage.layout`; numbers are indices. */
export function hostField(id: FieldId, kind: FieldKind, path: string, more: More = {}): Field {
  const at = pathOf(path);
  return fieldAt(
    id,
    kind,
    () => at,
    () => at,
    more,
  );
}

/** A field of the DomU that is being edited, at `path` inside it. */
export function domuField(id: FieldId, kind: FieldKind, path: string, more: More = {}): Field {
  const inside = pathOf(path);
  // The effective form holds this one DomU only.
  return fieldAt(
    id,
    kind,
    (context) => ['domus', context.domu ?? 0, ...inside],
    () => ['domus', 0, ...inside],
    more,
  );
}

/** A field at a place that depends on what is looked at. */
export function fieldAt(
  id: FieldId,
  kind: FieldKind,
  at: (context: Context) => Path,
  inEffective: (context: Context) => Path,
  more: More,
): Field {
  return {
    id,
    kind,
    paths: (context) => [at(context)],
    read: (context) => getAt(context.draft.profile, at(context)),
    write: (draft, value, context) => setProfile(draft, at(context), value),
    fallback: (context) => getAt(context.effective, inEffective(context)),
    ...more,
  };
}

function pathOf(path: string): Path {
  return path.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** What counts now: the answer, else the default. */
export function valueOf(field: Field, context: Context): Plain | undefined {
  return field.read(context) ?? field.fallback(context);
}

export function option(value: Plain, key: TextKey, values?: Readonly<Record<string, string | number>>): Option {
  return { value, label: values === undefined ? { key } : { key, values } };
}

/** Values that are their own names. */
export function named(values: readonly string[]): Option[] {
  return values.map((value) => ({ value, label: { text: value } }));
}
