/** DomUs for a host that exists: its own are shown, but only new ones are asked for. Pure. */
import { freeName } from '../questions/free-name.ts';
import { domusOf, setProfile, type Plain } from '../answers/draft.ts';
import { domuName } from './domu-list.ts';
import { withInput } from './inputs.ts';
import type { Step, WizardState } from './state.ts';

/** At the first question of a new one. */
export function beginToAdd(state: WizardState): WizardState {
  const domus = domusOf(state.draft);
  const from = domus.length;
  const fresh = { name: freeName('domu', domus.map(domuName), 1) };
  return withInput({
    ...state,
    draft: setProfile(state.draft, ['domus'], [...domus, fresh]),
    added: { from },
    place: { screen: 'basics', domu: from },
    list: { row: from, filter: null },
  });
}

/** Nothing is reviewed here: the command that adds them shows its plan, and asks. */
export function endAdding(state: WizardState, { from }: NonNullable<WizardState['added']>): Step {
  const wrong = state.findings.find(
    ({ severity, path: [first, index] }) =>
      severity === 'error' && first === 'domus' && typeof index === 'number' && index >= from,
  );
  if (wrong === undefined) return { state: { ...state, outcome: 'install' }, effects: [] };
  const name = domuName(domusOf(state.draft)[Number(wrong.path[1])] ?? null);
  return {
    state: { ...state, message: { key: 'hostScreen.adding.notComplete', values: { name }, isTrouble: true } },
    effects: [],
  };
}

/** The new ones, as people write them. */
export function addedDomus({ draft, added }: Pick<WizardState, 'draft' | 'added'>): readonly Plain[] {
  return added === null ? [] : domusOf(draft).slice(added.from);
}
