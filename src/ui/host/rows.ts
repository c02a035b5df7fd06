/** Which DomUs are in the list now, and which of them has the highlight. Pure. */
import type { ListedDomu } from '../../host/domus/list-result.ts';
import type { HostState, HostView, Task } from './state.ts';

/** Those that fit what is searched for, in the order of their names. */
export function listedDomus({ overview }: Pick<HostState, 'overview'>, { filter }: Pick<HostView, 'filter'>) {
  const all = overview?.list.domus ?? [];
  const wanted = filter.trim().toLowerCase();
  return wanted === '' ? all : all.filter(({ name }) => name.toLowerCase().includes(wanted));
}

/** At its DomU, else at the same place. */
export function rowOf(domus: readonly ListedDomu[], { chosen }: Pick<HostView, 'chosen'>): number {
  const at = domus.findIndex(({ name }) => name === chosen.name);
  return at >= 0 ? at : Math.max(0, Math.min(chosen.index, domus.length - 1));
}

export function chosenDomu(state: Pick<HostState, 'overview'>, view: HostView): ListedDomu | null {
  const domus = listedDomus(state, view);
  return domus[rowOf(domus, view)] ?? null;
}

/** The command that is at work on it. */
export function taskOf({ tasks }: Pick<HostState, 'tasks'>, name: string): Task | null {
  return tasks.findLast((task) => task.name === name && task.code === null) ?? null;
}
