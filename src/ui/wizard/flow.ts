/** Which screen comes next, which before, and which step of how many it is. Pure. */
import { domuScreens, mainScreens, screenOf } from '../questions/order.ts';
import type { Context, Screen, ScreenId } from '../questions/screen.ts';
import { contextOf, shownFields } from '../answers/context.ts';
import { getAt } from '../answers/draft.ts';
import type { Place, WizardState } from './state.ts';

export const START: Place = { screen: 'language', domu: null };

/** The screens of this state's round: the host's, or those of the DomU in question. */
function roundOf(state: WizardState): readonly Screen[] {
  const context = contextOf(state);
  const all = state.place.domu !== null ? domuScreens : state.added === null ? mainScreens : [screenOf('domus')];
  return all.filter((screen) => screen.isShown?.(context) ?? true);
}

export function stepOf(state: WizardState): { readonly n: number; readonly m: number } {
  const round = roundOf(state);
  return { n: round.findIndex((screen) => screen.id === state.place.screen) + 1, m: round.length };
}

/** Where Continue leads. After the last screen of a DomU: back to the list. */
export function placeAfter(state: WizardState): Place {
  const round = roundOf(state);
  const rest = round.slice(round.findIndex((screen) => screen.id === state.place.screen) + 1);
  const next =
    state.place.domu !== null || state.asksAll
      ? rest[0]
      : (rest.find((screen) => isStop(screen, state)) ?? rest.at(-1));
  return next === undefined
    ? state.place.domu === null
      ? state.place
      : { screen: 'domus', domu: null }
    : { screen: next.id, domu: state.place.domu };
}

/** Where Esc leads; null at the very first screen. Screens that were passed over are met here. */
export function placeBefore(state: WizardState): Place | null {
  const round = roundOf(state);
  const before = round[round.findIndex((screen) => screen.id === state.place.screen) - 1];
  if (before !== undefined) return { screen: before.id, domu: state.place.domu };
  return state.place.domu === null ? null : { screen: 'domus', domu: null };
}

/** Has a loaded profile left out something that only a person can say? */
function isMissing(screen: Screen, context: Context): boolean {
  if (screen.kind === 'review') return true;
  if (screen.kind === 'domus') return getAt(context.draft.profile, ['domus']) === undefined;
  return shownFields(screen, context).some(
    (field) => (field.isNeeded?.(context) ?? false) && field.read(context) === undefined,
  );
}

/** Screens of the sections that a profile can have asked (`interactive`). */
export const SECTIONS = {
  disks: ['disk', 'layout'],
  network: ['network'],
  source: ['sources'],
  identity: ['identity'],
  admin: ['admin'],
  xen: ['xen'],
  domus: ['domus'],
  review: ['review'],
} as const satisfies Readonly<Record<string, readonly ScreenId[]>>;
export type Section = keyof typeof SECTIONS;

/**
 * Does one stop here when the rest is preset? An unattended run stops where it was told to, and where there is no going
 * on.
 */
function isStop(screen: Screen, state: WizardState): boolean {
  const context = contextOf(state);
  if (state.stops === null) return isMissing(screen, context);
  return (
    state.stops.includes(screen.id) ||
    shownFields(screen, context).some(
      (field) => field.isRequired === true && (field.isNeeded?.(context) ?? false) && field.read(context) === undefined,
    )
  );
}

/** Where a draft starts: at the first screen that misses something, or at the first of all. */
export function firstPlace(state: WizardState): Place {
  if (state.asksAll) return START;
  const first = roundOf({ ...state, place: START }).find((screen) => isStop(screen, { ...state, place: START }));
  return { screen: first?.id ?? 'review', domu: null };
}

/** The screen that asks for a path, for findings of the review; null when none does. */
export function placeOfPath(path: readonly (string | number)[], state: WizardState): Place | null {
  const domu = path[0] === 'domus' && typeof path[1] === 'number' ? path[1] : null;
  const context = contextOf({ ...state, place: { ...START, domu } });
  const screens = domu === null ? mainScreens : domuScreens;
  const found =
    screens.find(
      (screen) =>
        (screen.isShown?.(context) ?? true) &&
        (shownFields(screen, context).some((field) => field.paths(context).some((at) => isPrefix(at, path))) ||
          (screen.items !== undefined && isPrefix(screen.items.path(context), path))),
    ) ??
    screens.find(
      (screen) => (screen.isShown?.(context) ?? true) && (screen.owns ?? []).some((at) => samePath(at, path)),
    ) ??
    // A finding of a DomU as a whole is met where its name is asked for.
    (domu === null ? undefined : screenOf('basics'));
  return found === undefined ? null : { screen: found.id, domu };
}

export function isPrefix(prefix: readonly (string | number)[], path: readonly (string | number)[]): boolean {
  return prefix.length <= path.length && prefix.every((part, index) => part === path[index]);
}

function samePath(a: readonly (string | number)[], b: readonly (string | number)[]): boolean {
  return a.length === b.length && isPrefix(a, b);
}
