/** The review: what stands in the way, what will be lost, what must be typed before anything starts. Pure. */
import { editText, textState } from '../inputs/text-state.ts';
import { textEditOf } from '../inputs/text-keys.ts';
import type { DiskFacts } from '../../facts/facts.ts';
import { buildPlan } from '../../plan/build-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { newDisks } from '../../plan/storage/graph.ts';
import { XenwrightError } from '../../errors.ts';
import { OPENED } from './export-state.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { imageFile, targetKind } from '../answers/target.ts';
import { contextOf, currentScreen } from '../answers/context.ts';
import type { Draft } from '../answers/draft.ts';
import { checkDraft, itemOf, type CheckedDraft } from '../answers/findings.ts';
import { loginsOf } from '../../profile/ways-in.ts';
import { placeOfPath } from './flow.ts';
import { withInput } from './inputs.ts';
import { mediumToProbe } from '../answers/medium.ts';
import { chosenDisk } from '../answers/disks.ts';
import { keptPaths } from '../answers/kept.ts';
import type { Effect, Gate, ReviewView, Step, WizardState } from './state.ts';
import type { Environment } from '../answers/environment.ts';

const PAGE = 8;
const still = (state: WizardState, ...effects: Effect[]): Step => ({ state, effects });

let last: { readonly draft: Draft; readonly environment: Environment; readonly planned: Planned } | null = null;
export interface Planned {
  readonly plan: Plan | null;
  readonly checked: CheckedDraft;
}

/** The plan of the draft as it is; null while there are errors. Kept until the draft changes. */
export function planOfDraft(draft: Draft, environment: Environment): Planned {
  if (last?.draft === draft && last.environment === environment) return last.planned;
  const checked = checkDraft(draft, environment);
  const planned = { plan: planOrNull(checked), checked };
  last = { draft, environment, planned };
  return planned;
}

function planOrNull({ profile, facts, findings }: CheckedDraft): Plan | null {
  if (profile === null || findings.some(({ severity }) => severity === 'error')) return null;
  try {
    return buildPlan(profile, facts);
  } catch (error) {
    // The checks have said what this machine cannot carry; what they missed the install says again.
    if (error instanceof XenwrightError) return null;
    throw error;
  }
}

/**
 * The state with what its review shows, computed again only when answers, machine, languages or the image have changed.
 * `before`: the state of before the event.
 */
export function withReview(state: WizardState, before: WizardState): WizardState {
  const { review, draft, environment, locales } = state;
  if (currentScreen(state).kind !== 'review' || environment === null)
    return review.view === null ? state : { ...state, review: { ...review, view: null } };
  const isSame =
    review.view !== null &&
    draft === before.draft &&
    environment === before.environment &&
    locales === before.locales &&
    review.image === before.review.image;
  return isSame ? state : { ...state, review: { ...review, view: reviewView(state, environment) } };
}

function reviewView(state: WizardState, environment: Environment): ReviewView {
  const { plan, checked } = planOfDraft(state.draft, environment);
  return {
    plan,
    findings: checked.findings,
    gate: gateOf(state),
    disk: targetDisk(state),
    file: imageFile(state.draft),
    isThere: state.review.image?.exists === true,
    kept: keptPaths(state),
    logins: checked.profile === null ? {} : loginsOf(checked.profile),
  };
}

/** What starting takes now. */
export function gateOf(state: WizardState): Gate {
  if (state.environment === null) return { kind: 'waiting', medium: null };
  const medium = mediumToProbe(state.draft, state.environment);
  const { plan } = planOfDraft(state.draft, state.environment);
  if (plan === null) return { kind: 'errors' };
  if (medium !== null) return { kind: 'waiting', medium: medium.source };
  if (!state.environment.isRoot) return { kind: 'not-root' };
  if (targetKind({ draft: state.draft, environment: state.environment }) === 'disks')
    return { kind: 'type', name: targetDisk(state)?.path ?? newDisks(plan)[0]?.path ?? '' };
  const file = imageFile(state.draft);
  const { image } = state.review;
  if (image === null || image.file !== file) return { kind: 'waiting', medium: null };
  if (!image.exists) return { kind: 'free', goesOn: false };
  return image.planHash === plan.hash ? { kind: 'free', goesOn: true } : { kind: 'type', name: file };
}

/** The disk of this machine that will be overwritten. */
function targetDisk(state: Pick<WizardState, 'draft' | 'environment'>): DiskFacts | null {
  return chosenDisk(state.draft, state.environment?.facts.disks ?? []);
}

/** What is asked for when the review is opened. */
export function openReview(state: WizardState): Step {
  const isImage =
    state.environment !== null && targetKind({ draft: state.draft, environment: state.environment }) === 'image';
  const fresh: WizardState = { ...state, review: { scroll: 0, typed: textState(''), image: null, view: null } };
  return isImage ? still(fresh, { type: 'look-at-image', file: imageFile(state.draft) }) : still(fresh);
}

export function reviewKey(state: WizardState, press: KeyPress): Step {
  const name = nameOf(press);
  const { review } = state;
  const scrolled = {
    up: review.scroll - 1,
    down: review.scroll + 1,
    pageup: review.scroll - PAGE,
    pagedown: review.scroll + PAGE,
  }[name];
  // Drawing knows how long the text is; it stops at the end, and so does this at what was drawn.
  if (scrolled !== undefined)
    return still({ ...state, review: { ...review, scroll: Math.max(0, Math.min(scrolled, reviewLimit(state))) } });
  if (name === 'ctrl-x') return still({ ...state, dialog: { kind: 'export', export: OPENED }, message: null });
  if (name === 'ctrl-r') return still(state, { type: 'probe' });
  const gate = gateOf(state);
  if (name === 'enter' || name === 'ctrl-n') return start(state, gate, name);
  const edit = textEditOf(press);
  return gate.kind !== 'type' || edit === null
    ? still(state)
    : still({ ...state, message: null, review: { ...review, typed: editText(review.typed, edit) } });
}

/** More lines than any review of this many DomUs has: a bound for the state alone. */
function reviewLimit(state: WizardState): number {
  return (
    200 +
    20 * (Array.isArray(state.draft.profile['domus']) ? state.draft.profile['domus'].length : 0) +
    4 * state.findings.length
  );
}

function start(state: WizardState, gate: Gate, name: string): Step {
  if (gate.kind === 'errors') {
    const first = state.findings.find(({ severity }) => severity === 'error');
    const place = first === undefined ? null : placeOfPath(first.path, state);
    return place === null
      ? still({ ...state, message: { key: 'review.nowhere', isTrouble: true } })
      : still(onItem(withInput({ ...state, place, focus: 0, item: 0, message: null }), first?.path ?? []));
  }
  // Starting takes Enter, and where something is lost its name: the key that goes on everywhere else is not enough.
  if (gate.kind === 'waiting' || gate.kind === 'not-root' || name !== 'enter') return still(state);
  if (gate.kind === 'type' && state.review.typed.text.trim() !== gate.name)
    return still({ ...state, message: { key: 'review.notTheName', isTrouble: true } });
  return still({ ...state, outcome: 'install' }, { type: 'save' });
}

/** On the very one that the path means. */
function onItem(state: WizardState, path: readonly (string | number)[]): WizardState {
  const item = itemOf(currentScreen(state), path, contextOf(state));
  return item === null ? state : withInput({ ...state, item });
}

/** `xen1.yaml` for a host called xen1.example.org. */
export function exportName(state: WizardState): string {
  const { effective } = contextOf(state);
  const hostname = (effective['host'] as { readonly hostname?: string } | undefined)?.hostname ?? 'host';
  return `${(hostname.split('.')[0] ?? 'host').replaceAll(/[^A-Za-z0-9_-]/g, '_')}.yaml`;
}
