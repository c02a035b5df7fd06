/** Which actions of a plan a run takes on, and which of them goes first. Pure. */
import { EXIT, failure } from '../errors.ts';
import type { Action } from '../plan/action.ts';

/** Host and Dom0 first: the rest of the order stays. */
export function prioritised(order: readonly Action[]): Action[] {
  const rank = (action: Action): number => (action.domain === 'host' ? 0 : action.domain === 'dom0' ? 1 : 2);
  return [...order].sort((a, b) => rank(a) - rank(b));
}

/** The actions of one domain and all they need, or all. `order` must be a valid one. */
export function selected(order: readonly Action[], only: string | undefined): readonly Action[] {
  if (only === undefined) return order;
  const wanted = new Set(order.filter((action) => action.domain === only).map((action) => action.id));
  if (wanted.size === 0)
    throw failure('no-such-domain', EXIT.usage, {
      domain: only,
      domains: [...new Set(order.map((action) => action.domain))].join(', '),
    });
  for (const action of [...order].reverse())
    if (wanted.has(action.id)) for (const need of action.needs) wanted.add(need);
  return order.filter((action) => wanted.has(action.id));
}
