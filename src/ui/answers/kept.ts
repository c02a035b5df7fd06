/** What a loaded profile says that no screen asks for: it is kept as it is, and that is said. Pure. */
import { authoredForm } from '../../profile/authored-form.ts';
import { formatPath } from '../../profile/findings.ts';
import { resolveProfile } from '../../profile/resolve.ts';
import { profileSchema } from '../../profile/schema.ts';
import { domuScreens, mainScreens } from '../questions/order.ts';
import { contextOf } from './context.ts';
import { getAt, isMap, type Draft, type Path, type Plain } from './draft.ts';
import type { WizardState } from '../wizard/state.ts';

let last: { readonly draft: Draft; readonly kept: readonly string[] } | null = null;

/** Paths of the profile, as people write them. Only what is not the default anyway. */
export function keptPaths({
  draft,
  environment,
  locales,
}: Pick<WizardState, 'draft' | 'environment' | 'locales'>): readonly string[] {
  if (last?.draft === draft) return last.kept;
  const asked = askedPlaces({ draft, environment, locales });
  const defaults = authoredForm(
    resolveProfile(
      profileSchema.parse({
        version: 1,
        host: { hostname: 'x', storage: { disks: [{ largest: true }] } },
        domus: [{ name: 'x' }],
      }),
    ),
  ) as Plain;
  const kept = leavesOf(draft.profile)
    .filter(({ path, value }) => {
      const place = placeOf(path);
      return (
        place !== 'version' &&
        !asked.some((one) => place === one || place.startsWith(`${one}.`)) &&
        !isSame(
          value,
          getAt(
            defaults,
            path.map((part) => (typeof part === 'number' ? 0 : part)),
          ),
        )
      );
    })
    .map(({ path }) => formatPath(path));
  last = { draft, kept };
  return kept;
}

function askedPlaces(known: Pick<WizardState, 'draft' | 'environment' | 'locales'>): readonly string[] {
  const places = (screens: typeof mainScreens, domu: number | null): string[] =>
    screens.flatMap((screen) => {
      const context = contextOf({ ...known, place: { screen: screen.id, domu } });
      // Which one a screen is about says nothing of what is asked about it.
      return screen.fields.filter(({ kind }) => kind !== 'item').flatMap((field) => field.paths(context).map(placeOf));
    });
  return [...new Set([...places(mainScreens, null), ...places(domuScreens, 0)])];
}

const placeOf = (path: Path): string => path.map((part) => (typeof part === 'number' ? '*' : part)).join('.');

/** Lists of plain values and of what has no screen of its own count as one. */
function leavesOf(value: Plain, path: Path = []): { readonly path: Path; readonly value: Plain }[] {
  if (isMap(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, one]) => leavesOf(one, [...path, key]));
  if (Array.isArray(value) && (value as readonly Plain[]).some(isMap))
    return (value as readonly Plain[]).flatMap((one, index) => leavesOf(one, [...path, index]));
  return [{ path, value }];
}

function isSame(a: Plain, b: Plain | undefined): boolean {
  const empty = (value: Plain | undefined): boolean =>
    value === undefined ||
    value === null ||
    (Array.isArray(value) && value.length === 0) ||
    (isMap(value) && Object.keys(value).length === 0);
  return (empty(a) && empty(b)) || JSON.stringify(a) === JSON.stringify(b);
}
