/** Findings of the draft: the very same checks as `xenwright check`, and which of them belong to a screen. Pure. */
import { checkProfile } from '../../check/check.ts';
import { notSupportedYet } from '../../profile/not-supported.ts';
import { parseInParts } from '../../profile/parse.ts';
import { resolveProfile } from '../../profile/resolve.ts';
import { salvage } from '../../profile/salvage.ts';
import type { Facts } from '../../facts/facts.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import type { Context, Field, Screen } from '../questions/screen.ts';
import type { Environment } from './environment.ts';
import { contextOf, currentScreen, shownFields } from './context.ts';
import type { Draft } from './draft.ts';
import { completeProfile, machineOf } from './effective.ts';
import { isPrefix } from '../wizard/flow.ts';
import { mediumFindings } from './medium.ts';
import type { LocatedFindingLike, WizardState } from '../wizard/state.ts';

export interface CheckedDraft {
  readonly profile: EffectiveProfile | null;
  readonly facts: Facts;
  readonly findings: readonly LocatedFindingLike[];
}

let last: { readonly draft: Draft; readonly environment: Environment; readonly checked: CheckedDraft } | null = null;

/** Checks the whole draft, defaults filled in. Kept until the draft changes. */
export function checkDraft(draft: Draft, environment: Environment): CheckedDraft {
  if (last?.draft === draft && last.environment === environment) return last.checked;
  const checked = check(draft, environment);
  last = { draft, environment, checked };
  return checked;
}

function check(draft: Draft, environment: Environment): CheckedDraft {
  const complete = completeProfile(draft, environment);
  const parsed = parseInParts(complete);
  const ofMedium = mediumFindings(draft, environment);
  if ('accepted' in parsed) {
    const profile = resolveProfile(parsed.accepted);
    const facts = machineOf(draft, environment, profile);
    return {
      profile,
      facts,
      findings: [...notSupportedYet(profile, parsed.accepted), ...checkProfile(profile, facts), ...ofMedium],
    };
  }
  // The rules look at what is left beside what the schema refuses, so that every finding comes at once.
  const facts = machineOf(draft, environment, null);
  const rest = salvage(complete, parsed.findings, parseInParts);
  if (rest === null) return { profile: null, facts, findings: [...parsed.findings, ...ofMedium] };
  const profile = resolveProfile(rest.accepted);
  return {
    profile: null,
    facts,
    findings: [
      ...parsed.findings,
      ...[...notSupportedYet(profile, rest.accepted), ...checkProfile(profile, facts)].filter(
        ({ path }) => !rest.isSilent(path),
      ),
      ...ofMedium,
    ],
  };
}

/** Is a field that cannot be left empty empty? */
export function isLeftEmpty(field: Field, context: Context): boolean {
  const value = field.read(context) ?? field.fallback(context);
  return field.isRequired === true && (value === undefined || value === null || value === '');
}

/** What is found about one field; nothing about a field that is empty yet: that is said in other words. */
export function findingsOf(
  field: Field,
  context: Context,
  findings: readonly LocatedFindingLike[],
): readonly LocatedFindingLike[] {
  if (isLeftEmpty(field, context)) return [];
  const paths = field.paths(context);
  return findings.filter((finding) => paths.some((path) => isPrefix(path, finding.path)));
}

/** What is found about a screen: of its fields, and of the paths it owns. Errors first. */
export function screenFindings(state: WizardState): readonly LocatedFindingLike[] {
  const context = contextOf(state);
  const screen = currentScreen(state);
  const paths = shownFields(screen, context)
    .filter((field) => !isLeftEmpty(field, context))
    .flatMap((field) => field.paths(context));
  // Of all of them, not only of the one that is looked at.
  if (screen.items !== undefined) paths.push(screen.items.path(context));
  return state.findings
    .filter((finding) => paths.some((path) => isPrefix(path, finding.path)) || isOwn(screen, finding))
    .toSorted((a, b) => Number(a.severity === 'warning') - Number(b.severity === 'warning'));
}

function isOwn(screen: Screen, { path }: LocatedFindingLike): boolean {
  return (screen.owns ?? []).some((own) => own.length === path.length && isPrefix(own, path));
}

/** Is there something on this screen that must be put right before going on? Looks at the draft as it is now. */
export function blocker(state: WizardState): { readonly focus: number; readonly item: number } | null {
  const context = contextOf(state);
  const fields = shownFields(currentScreen(state), context);
  const empty = fields.findIndex((field) => isLeftEmpty(field, context));
  if (empty >= 0) return { focus: empty, item: context.item };
  // A medium that is not here may be where the profile is taken to: it holds up the install alone.
  const errors = screenFindings(state).filter(
    ({ severity, code }) => severity === 'error' && code !== 'medium-not-read',
  );
  if (errors.length === 0) return null;
  const field = fields.findIndex((one) => one.kind !== 'item' && findingsOf(one, context, errors).length > 0);
  if (field >= 0) return { focus: field, item: context.item };
  const other = itemOf(currentScreen(state), errors[0]?.path ?? [], context);
  return other === null || other === context.item
    ? { focus: state.focus, item: context.item }
    : blocker({ ...state, item: other });
}

/** Which one of the things a screen is about a path means. */
export function itemOf({ items }: Screen, path: LocatedFindingLike['path'], context: Context): number | null {
  const list = items?.path(context);
  const item = list !== undefined && isPrefix(list, path) ? path[list.length] : null;
  return typeof item === 'number' ? item : null;
}

/** The state with findings of its own draft. */
export function withFindings(state: WizardState): WizardState {
  return state.environment === null
    ? state
    : { ...state, findings: checkDraft(state.draft, state.environment).findings };
}
