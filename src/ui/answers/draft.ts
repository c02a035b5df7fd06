/**
 * The answers so far: a profile as plain data (as people write it, possibly incomplete) and where it is to be
 * installed. Pure.
 */
import type { Locale } from '../../i18n/locales.ts';

export type Plain = string | number | boolean | null | readonly Plain[] | PlainMap;
export interface PlainMap {
  readonly [key: string]: Plain;
}
export type Path = readonly (string | number)[];

/** What is not given yet is absent. */
export interface TargetAnswers {
  readonly kind?: 'image' | 'disks';
  readonly file?: string;
  readonly size?: string;
}
export interface Draft {
  readonly target: TargetAnswers;
  readonly profile: PlainMap;
  /** The wizard's own language, once it was chosen. */
  readonly locale?: Locale;
  /** Whether the rarer questions are asked. Absent: when there are answers to them. */
  readonly more?: { readonly host?: boolean; readonly domus?: boolean };
}

export const EMPTY_DRAFT: Draft = { target: {}, profile: { version: 1 } };

export function isMap(value: Plain | undefined): value is PlainMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path; undefined where nothing is, also where something else stands in the way. */
export function getAt(value: Plain | undefined, path: Path): Plain | undefined {
  let here = value;
  for (const part of path) {
    if (Array.isArray(here) && typeof part === 'number') here = (here as readonly Plain[])[part];
    else if (isMap(here) && typeof part === 'string' && Object.hasOwn(here, part)) here = here[part];
    else return undefined;
  }
  return here;
}

/** A copy with another value at the path; undefined takes it away. What is missing on the way is made. */
export function setAt(value: Plain | undefined, path: Path, change: Plain | undefined): Plain {
  const [part, ...rest] = path;
  if (part === undefined) return change ?? null;
  if (typeof part === 'number') {
    const list: Plain[] = Array.isArray(value) ? [...(value as readonly Plain[])] : [];
    if (rest.length === 0 && change === undefined) list.splice(part, 1);
    else list[part] = rest.length === 0 ? (change as Plain) : setAt(list[part], rest, change);
    // A gap is no value: the schema would call it so far from what was meant.
    return Array.from(list, (item) => item ?? {});
  }
  const map: Record<string, Plain> = isMap(value) ? { ...value } : {};
  if (rest.length > 0) {
    if (change === undefined && map[part] === undefined) return map;
    map[part] = setAt(map[part], rest, change);
  } else if (change === undefined) delete map[part];
  else map[part] = change;
  return map;
}

export function setProfile(draft: Draft, path: Path, change: Plain | undefined): Draft {
  return { ...draft, profile: setAt(draft.profile, path, change) as PlainMap };
}

/** The DomUs as they stand in the draft. */
export function domusOf(draft: Pick<Draft, 'profile'>): readonly Plain[] {
  const domus = getAt(draft.profile, ['domus']);
  return Array.isArray(domus) ? (domus as readonly Plain[]) : [];
}

export function listAt(value: Plain | undefined, path: Path): readonly Plain[] {
  const list = getAt(value, path);
  return Array.isArray(list) ? (list as readonly Plain[]) : [];
}

export function textsAt(value: Plain | undefined, path: Path): readonly string[] {
  return listAt(value, path).map(String);
}
