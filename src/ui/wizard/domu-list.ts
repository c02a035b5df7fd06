/** The list of DomUs: add, edit, copy, remove with undo, reorder, search. Pure. */
import { nameOf, type KeyPress } from '../terminal/keymap.ts';
import { freeName } from '../questions/free-name.ts';
import { domuScreens } from '../questions/order.ts';
import { domusOf, getAt, isMap, setAt, setProfile, type Plain } from '../answers/draft.ts';
import { withFindings } from '../answers/findings.ts';
import { withInput } from './inputs.ts';
import type { Effect, Step, WizardState } from './state.ts';

const PAGE = 10;
const still = (state: WizardState, ...effects: Effect[]): Step => ({ state, effects });

export function domuName(domu: Plain | undefined): string {
  const name = getAt(domu, ['name']);
  return typeof name === 'string' ? name : '?';
}

/** Which DomUs are listed: all, or those whose names have what is searched for. Indices into the draft's list. */
export function listedDomus(state: WizardState): readonly number[] {
  const filter = (state.list.filter ?? '').toLowerCase();
  return domusOf(state.draft).flatMap((domu, index) => (domuName(domu).toLowerCase().includes(filter) ? [index] : []));
}

/** `goOn`: what Continue does. */
export function domuListKey(state: WizardState, press: KeyPress, goOn: (state: WizardState) => Step): Step {
  const listed = listedDomus(state);
  const { row, filter } = state.list;
  const name = nameOf(press);
  const at = (next: number): Step =>
    still({ ...state, message: null, list: { row: Math.max(0, Math.min(next, listed.length + 1)), filter } });
  const move = {
    up: row - 1,
    backtab: row - 1,
    down: row + 1,
    tab: row + 1,
    pageup: row - PAGE,
    pagedown: row + PAGE,
    home: 0,
    end: listed.length + 1,
  }[name];
  if (move !== undefined) return at(move);
  if (filter !== null && (name === 'backspace' || 'char' in press)) {
    const changed = 'char' in press ? filter + press.char : filter.length === 0 ? null : filter.slice(0, -1);
    return still({ ...state, list: { row: 0, filter: changed } });
  }
  const domu = listed[row];
  switch (name) {
    case '/':
      return still({ ...state, list: { row: 0, filter: '' } });
    case 'a':
      return add(state);
    case 'u':
      return undo(state);
    case 'ctrl-n':
      return attempt(state, goOn);
    case 'ctrl-r':
      return still(state, { type: 'probe' });
    case 'enter':
      if (domu !== undefined) return isHosts(state, domu) ? isThere(state, domu) : edit(state, domu);
      return row === listed.length ? add(state) : attempt(state, goOn);
    default:
  }
  if (domu === undefined) return still(state);
  if (isHosts(state, domu) && name !== 'c')
    return 'edD+-'.includes(name) || name === 'delete' ? isThere(state, domu) : still(state);
  switch (name) {
    case 'e':
      return edit(state, domu);
    case 'c':
      return copy(state, domu);
    case 'd':
    case 'delete':
      return remove(state, domu);
    case '+':
      return reorder(state, domu, domu + 1);
    case '-':
      return reorder(state, domu, domu - 1);
    default:
      return still(state);
  }
}

/** Is it one that the host has already, while others are added? */
function isHosts({ added }: WizardState, domu: number): boolean {
  return added !== null && domu < added.from;
}

function isThere(state: WizardState, domu: number): Step {
  const name = domuName(domusOf(state.draft)[domu] ?? null);
  return still({ ...state, message: { key: 'hostScreen.adding.isThere', values: { name } } });
}

/** Only what is wrong with the list as a whole holds one up here: single DomUs have screens of their own. */
function attempt(state: WizardState, goOn: (state: WizardState) => Step): Step {
  // A draft without this key has never been asked about DomUs.
  const asked =
    getAt(state.draft.profile, ['domus']) === undefined
      ? { ...state, draft: setProfile(state.draft, ['domus'], []) }
      : state;
  const checked = withFindings(asked);
  return checked.findings.some(({ severity, path }) => severity === 'error' && path.length === 1 && path[0] === 'domus')
    ? still(checked)
    : goOn(checked);
}

function withDomus(state: WizardState, domus: readonly Plain[]): WizardState {
  return { ...state, draft: setProfile(state.draft, ['domus'], domus) };
}

function add(state: WizardState): Step {
  const domus = domusOf(state.draft);
  const added = withDomus(state, [...domus, { name: freeName('domu', domus.map(domuName), 1) }]);
  return edit({ ...added, list: { row: domus.length, filter: null } }, domus.length);
}

function edit(state: WizardState, domu: number): Step {
  return still(
    withInput({ ...state, message: null, place: { screen: domuScreens[0]?.id ?? 'basics', domu }, focus: 0 }),
    { type: 'save' },
  );
}

/** What must be its own does not come along: host name, MACs and fixed addresses. */
function copy(state: WizardState, index: number): Step {
  const domus = domusOf(state.draft);
  const original = domus[index];
  const from = domuName(original);
  const name = freeName(from.replace(/\d+$/, ''), domus.map(domuName), Number(/\d+$/.exec(from)?.[0] ?? 1) + 1);
  const { hostname: _hostname, ...rest } = isMap(original) ? original : {};
  const network = getAt(original, ['network']);
  const cards = Array.isArray(network) ? (network as readonly Plain[]) : [];
  const made: Plain = { ...rest, name, ...(Array.isArray(network) ? { network: cards.map(ownCard) } : {}) };
  // Behind those that the host has already, where there are such.
  const at = Math.max(index + 1, state.added?.from ?? 0);
  const copied = withDomus(state, [...domus.slice(0, at), made, ...domus.slice(at)]);
  return still(
    {
      ...withFindings(copied),
      list: { row: listedDomus(copied).indexOf(at), filter: copied.list.filter },
      message: { key: cards.some(hasFixed) ? 'domus.copiedAddress' : 'domus.copied', values: { name, from } },
    },
    { type: 'save' },
  );
}

function ownCard(card: Plain): Plain {
  const own = setAt(card, ['mac'], undefined);
  return hasFixed(card) ? setAt(setAt(own, ['addresses'], undefined), ['gateways'], undefined) : own;
}

function hasFixed(card: Plain): boolean {
  const words = (getAt(card, ['addresses']) ?? []) as readonly Plain[];
  return Array.isArray(words) && words.some((word) => !['dhcp4', 'dhcp6', 'slaac'].includes(String(word)));
}

function remove(state: WizardState, index: number): Step {
  const domus = domusOf(state.draft);
  const name = domuName(domus[index]);
  const left = withDomus(
    state,
    domus.filter((_, at) => at !== index),
  );
  return still(
    {
      ...withFindings(left),
      undo: { domus, name },
      message: { key: 'domus.removed', values: { name } },
      list: { row: Math.min(state.list.row, Math.max(0, listedDomus(left).length - 1)), filter: state.list.filter },
    },
    { type: 'save' },
  );
}

function undo(state: WizardState): Step {
  if (state.undo === null) return still({ ...state, message: { key: 'domus.nothingToUndo' } });
  const back = withDomus(state, state.undo.domus);
  const row = state.undo.domus.findIndex((domu) => domuName(domu) === state.undo?.name);
  return still(
    {
      ...withFindings(back),
      undo: null,
      list: { row: Math.max(0, row), filter: null },
      message: { key: 'domus.restored', values: { name: state.undo.name } },
    },
    { type: 'save' },
  );
}

function reorder(state: WizardState, from: number, to: number): Step {
  const domus = [...domusOf(state.draft)];
  const [moved] = domus.splice(from, 1);
  if (moved === undefined || to < (state.added?.from ?? 0) || to > domus.length || state.list.filter !== null)
    return still(state);
  domus.splice(to, 0, moved);
  const changed = withDomus(state, domus);
  return still({ ...withFindings(changed), message: null, list: { row: to, filter: null } }, { type: 'save' });
}
