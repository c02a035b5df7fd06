/** The graph of actions: validity, a valid order, and who depends on whom. Pure. */
import type { Action } from '../plan/action.ts';

/**
 * A valid order of the actions (stable: ties keep the order given). Throws on unknown needs, double ids and cycles:
 * faults of the plan.
 */
export function validOrder(actions: readonly Action[]): Action[] {
  const byId = new Map(actions.map((action) => [action.id, action]));
  if (byId.size !== actions.length)
    throw new Error(
      `the plan has two actions with one id: ${actions.map((action) => action.id).find((id, index, ids) => ids.indexOf(id) !== index)}`,
    );
  const waiting = new Map<string, number>();
  const dependants = new Map<string, Action[]>();
  for (const action of actions) {
    waiting.set(action.id, new Set(action.needs).size);
    for (const need of new Set(action.needs)) {
      if (!byId.has(need)) throw new Error(`${action.id} needs ${need}, which is not in the plan`);
      dependants.set(need, [...(dependants.get(need) ?? []), action]);
    }
  }
  const ready = actions.filter((action) => action.needs.length === 0);
  const order: Action[] = [];
  for (let index = 0; index < ready.length; index++) {
    const action = ready[index] as Action;
    order.push(action);
    for (const dependant of dependants.get(action.id) ?? []) {
      const left = (waiting.get(dependant.id) ?? 0) - 1;
      waiting.set(dependant.id, left);
      if (left === 0) ready.push(dependant);
    }
  }
  if (order.length !== actions.length)
    throw new Error(`the plan has a cycle through ${actions.find((action) => !order.includes(action))?.id}`);
  return order;
}

/**
 * Is this need _soft_? The host and Dom0 go on without a DomU that failed: such a need says "after", not "only with"
 * (promise 5: one DomU's failure leaves the others and Dom0 installed and bootable).
 */
export function isSoftNeed(action: Action, need: Action): boolean {
  const isCommon = (domain: string): boolean => domain === 'host' || domain === 'dom0';
  return isCommon(action.domain) && !isCommon(need.domain);
}
