/** The wizard as one pure function: state and event in, state and effects out. Going back never loses anything. */
import { ENGLISH_ONLY, type ScreenLocales } from '../../i18n/locales.ts';
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { textState } from '../inputs/text-state.ts';
import { domuScreens, mainScreens, screenOf } from '../questions/order.ts';
import type { ScreenId } from '../questions/screen.ts';
import { contextOf, currentScreen, focusedField, shownFields } from '../answers/context.ts';
import { dialogKey, dialogPaste, exportEvent } from './dialogs.ts';
import { beginToAdd, endAdding } from './add-domus.ts';
import { domuListKey, domuName } from './domu-list.ts';
import { domusOf, EMPTY_DRAFT, type Draft, type TargetAnswers } from '../answers/draft.ts';
import { checkDraft, withFindings } from '../answers/findings.ts';
import { firstPlace, placeAfter, placeBefore, START } from './flow.ts';
import { focusOn, formKey } from './form.ts';
import { isTyping, paste, withInput } from './inputs.ts';
import { mediumToProbe } from '../answers/medium.ts';
import { addPackages } from './packages.ts';
import { openReview, reviewKey, withReview } from './review.ts';
import type { Dialog, Effect, Place, SavedDraft, Step, WizardEvent, WizardState } from './state.ts';

export interface Beginning {
  readonly size: { readonly columns: number; readonly rows: number };
  /** A profile that was loaded: only what it lacks is asked. */
  readonly loaded?: Draft | undefined;
  /** Answers of an earlier session, offered first. */
  readonly saved?: SavedDraft | null | undefined;
  /** Answers of this very session, to be changed after an install of them failed. */
  readonly edited?: WizardState | undefined;
  /** Languages this terminal can show; English alone when nothing is said. */
  readonly locales?: ScreenLocales | undefined;
  /** Of a loaded profile: the only screens to stop at; after them it goes on by itself. */
  readonly stops?: readonly ScreenId[] | undefined;
  /** The loaded profile is that of a host that exists: DomUs are added to it, and nothing else is asked. */
  readonly addsDomus?: boolean | undefined;
  /** A target that was named on the command line. */
  readonly target?: TargetAnswers | undefined;
}

export function beginning({ size, loaded, saved, target, edited, locales, stops, addsDomus }: Beginning): WizardState {
  // This machine has changed meanwhile, and so has the image: both are looked at again.
  if (edited !== undefined)
    return withInput({
      ...edited,
      size,
      outcome: null,
      dialog: null,
      picker: null,
      review: { scroll: 0, typed: textState(''), image: null, view: null },
      message: { key: 'review.edit' },
    });
  const state: WizardState = {
    draft: loaded ?? { ...EMPTY_DRAFT, target: target ?? {} },
    environment: null,
    place: START,
    locales: locales ?? ENGLISH_ONLY,
    asksAll: loaded === undefined,
    stops: stops ?? null,
    added: null,
    focus: 0,
    item: 0,
    undoItem: null,
    input: { kind: 'none' },
    picker: null,
    dialog: saved == null ? null : { kind: 'draft', saved, row: 0 },
    packages: { names: null, isAsked: false },
    list: { row: 0, filter: null },
    undo: null,
    review: { scroll: 0, typed: textState(''), image: null, view: null },
    findings: [],
    message: null,
    size,
    redraws: 0,
    outcome: null,
  };
  return addsDomus === true ? beginToAdd(state) : withInput(state);
}

const still = (state: WizardState, ...effects: Effect[]): Step => ({ state, effects });

/** One event. What the review shows goes along with the answers. */
export function reduce(state: WizardState, event: WizardEvent): Step {
  const step = changed(state, event);
  const next = withReview(step.state, state);
  return next === step.state ? step : { ...step, state: next };
}

function changed(state: WizardState, event: WizardEvent): Step {
  switch (event.type) {
    case 'key':
      return keyed(state, event.press);
    case 'paste':
      return state.dialog !== null
        ? still(dialogPaste(state, state.dialog, event.text))
        : state.picker !== null && focusedField(state)?.kind !== 'packages'
          ? still(state)
          : pasted(state, event.text);
    case 'resized':
      return still({ ...state, size: { columns: event.columns, rows: event.rows }, redraws: state.redraws + 1 });
    case 'environment':
      return withMedium(looked(state, event));
    case 'hashed':
      return hashed(state, event);
    case 'hash-failed':
      return still({
        ...(state.input.kind === 'password' && state.input.isHashing ? withInput(state) : state),
        message: { key: 'form.hashFailed', values: { reason: event.reason }, isTrouble: true },
      });
    case 'image':
      return still({ ...state, review: { ...state.review, image: event.status } });
    case 'usb-drives':
    case 'exported':
    case 'export-shown':
    case 'export-failed':
      return still(exportEvent(state, event));
    case 'medium':
      return still(
        state.environment === null
          ? state
          : withFindings({ ...state, environment: { ...state.environment, medium: event.medium } }),
      );
    case 'packages':
      return still({ ...state, packages: { ...state.packages, names: event.names } });
    // Findings of a draft that has changed meanwhile are old news.
    case 'findings':
      return still(
        event.draft === state.draft && !isSameList(event.findings, state.findings)
          ? { ...state, findings: event.findings }
          : state,
      );
  }
}

function keyed(state: WizardState, press: KeyPress): Step {
  const name = nameOf(press);
  if (name === 'ctrl-l') return still({ ...state, redraws: state.redraws + 1 });
  if (state.dialog !== null) {
    const { state: next, effects, answer } = dialogKey(state, state.dialog, press);
    return answer === 'resume' || answer === 'anew' ? offered(next, state.dialog, answer) : { state: next, effects };
  }
  if (name === 'ctrl-c') return still({ ...state, dialog: { kind: 'leave', row: 0 } });
  if (name === 'ctrl-g' || (name === '?' && !isTyping(state)))
    return still({ ...state, dialog: { kind: 'keys', offset: 0 } });
  const screen = currentScreen(state);
  if (name === 'escape' && state.picker === null) {
    if (screen.kind === 'domus' && state.list.filter !== null)
      return still({ ...state, list: { row: 0, filter: null } });
    return back(state);
  }
  switch (screen.kind) {
    case 'domus':
      return domuListKey(state, press, forward);
    case 'review':
      return reviewKey(state, press);
    case 'summary':
      return name === 'enter' || name === 'ctrl-n' ? forward(state) : still(state);
    case 'form':
      return withPackages(formKey(state, press, forward));
  }
}

/** Names of packages are looked up when one first looks for one. */
function withPackages(step: Step): Step {
  const { state } = step;
  if (state.packages.isAsked || state.picker === null || focusedField(state)?.kind !== 'packages') return step;
  return {
    state: { ...state, packages: { ...state.packages, isAsked: true } },
    effects: [...step.effects, { type: 'find-packages' }],
  };
}

function pasted(state: WizardState, text: string): Step {
  const field = currentScreen(state).kind === 'form' ? focusedField(state) : null;
  if (field !== null) return still(field.kind === 'packages' ? addPackages(state, field, text) : paste(state, text));
  // Elsewhere pasted text is typed text, but never its line ends: a paste must not start an install.
  return [...text.replaceAll(/[\p{Cc}]/gu, '')].slice(0, 256).reduce<Step>((step, char) => {
    const next =
      currentScreen(step.state).kind === 'review'
        ? reviewKey(step.state, { char })
        : { state: step.state, effects: [] };
    return { state: next.state, effects: [...step.effects, ...next.effects] };
  }, still(state));
}

/** Onto a screen; what it needs is looked up. */
function arrive(state: WizardState, place: Place, focus: number): Step {
  const there = withFindings(
    withInput({ ...state, place, focus, item: 0, undoItem: null, picker: null, message: null }),
  );
  const opened = screenOf(place.screen).kind === 'review' ? openReview(there) : still(there);
  return withMedium({ state: opened.state, effects: [{ type: 'save' }, ...opened.effects] });
}

/** A medium that was named is looked into: what is on it counts in checks and in the plan. */
function withMedium(step: Step): Step {
  const { draft, environment } = step.state;
  const wanted = environment === null ? null : mediumToProbe(draft, environment);
  return wanted === null || step.effects.some(({ type }) => type === 'look-at-medium')
    ? step
    : { ...step, effects: [...step.effects, { type: 'look-at-medium', wanted }] };
}

/** Onward: to the next screen, or into the install where no review was asked for and nothing stands in the way. */
function reach(state: WizardState, place: Place): Step {
  const there = arrive(state, place, 0);
  if (state.stops === null) return there;
  if (
    place.screen === 'review' &&
    !state.stops.includes('review') &&
    !there.state.findings.some(({ severity }) => severity === 'error')
  )
    return still({ ...there.state, outcome: 'install' });
  return place.screen === 'review'
    ? there
    : { ...there, state: { ...there.state, message: { key: 'form.onlyThese' } } };
}

function forward(state: WizardState): Step {
  if (state.added !== null && state.place.domu === null) return endAdding(state, state.added);
  const next = placeAfter(state);
  if (state.place.domu === null || next.domu !== null) return reach(state, next);
  const { domu } = state.place;
  const { state: listed, effects } = arrive({ ...state, list: { row: domu, filter: null } }, next, 0);
  return {
    state: { ...listed, message: { key: 'domus.saved', values: { name: domuName(domusOf(state.draft)[domu]) } } },
    effects,
  };
}

function back(state: WizardState): Step {
  const before = placeBefore(state);
  if (before === null) return still({ ...state, dialog: { kind: 'leave', row: 0 } });
  const swept = focusOn(state, state.focus);
  return arrive(
    { ...swept, list: state.place.domu === null ? state.list : { row: state.place.domu, filter: null } },
    before,
    0,
  );
}

function looked(state: WizardState, { environment, isRescan }: WizardEvent & { type: 'environment' }): Step {
  const known: WizardState = { ...state, environment };
  // The first look: a loaded profile can now be told from what it lacks.
  if (!isRescan && !state.asksAll && state.dialog === null && state.place.screen === START.screen)
    return reach(known, firstPlace(known));
  const renewed = renewedInput(state, known);
  const found = still(
    withFindings({ ...renewed, ...(isRescan ? { message: { key: 'form.rescanned' as const } } : {}) }),
  );
  // Who wanted to go on while this machine was being looked at goes on now: a key is never lost.
  return state.message?.key === 'form.stillProbing' && state.dialog === null
    ? reduce({ ...found.state, message: null }, { type: 'key', press: { ctrl: 'n' } })
    : found;
}

/**
 * What the field with the focus shows may change with what was found, but never under somebody's fingers: what is
 * typed, highlighted or opened stays.
 */
function renewedInput(state: WizardState, known: WizardState): WizardState {
  const field = focusedField(state);
  const fields = shownFields(currentScreen(known), contextOf(known));
  const at = field === null ? fields.length : fields.findIndex(({ id }) => id === field.id);
  // Its question is none any more.
  if (at < 0) return withInput({ ...known, focus: Math.min(state.focus, fields.length) });
  const isUntouched = state.picker === null && JSON.stringify(state.input) === JSON.stringify(withInput(state).input);
  return isUntouched ? withInput({ ...known, focus: at }) : { ...known, focus: at };
}

function hashed(state: WizardState, { place, field, hash }: WizardEvent & { type: 'hashed' }): Step {
  const there = { ...state, place };
  const found = screenOf(place.screen).fields.find((one) => one.id === field);
  if (found === undefined) return still(state);
  const changed = { ...state, draft: found.write(state.draft, hash, contextOf(there)) };
  const isHere =
    state.place.screen === place.screen && state.place.domu === place.domu && focusedField(state)?.id === field;
  return still(withFindings(isHere ? focusOn(changed, state.focus + 1) : changed), { type: 'save' });
}

/** The answers of an earlier session: taken, or not. */
function offered(state: WizardState, dialog: Dialog, answer: 'resume' | 'anew'): Step {
  if (dialog.kind !== 'draft') return still(state);
  const { draft, place: left, asksAll } = dialog.saved;
  // The file may be an older version's, or changed by hand.
  const isThere =
    left.domu === null
      ? mainScreens.some(({ id }) => id === left.screen)
      : left.domu < domusOf(draft).length && domuScreens.some(({ id }) => id === left.screen);
  if (answer === 'resume') return arrive({ ...state, draft, asksAll }, isThere ? left : START, 0);
  return state.asksAll || state.environment === null
    ? still(withInput(state), { type: 'forget' })
    : arrive(state, firstPlace(state), 0);
}

/** Nothing new is nothing to draw. */
function isSameList(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}

/** Findings of this very draft, for the store to hand back. */
export function currentFindings(state: WizardState): WizardEvent | null {
  return state.environment === null
    ? null
    : { type: 'findings', draft: state.draft, findings: checkDraft(state.draft, state.environment).findings };
}
