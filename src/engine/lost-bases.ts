/**
 * Bases that an earlier part of a run has built and that are gone: those of a live system lie in memory, and a power
 * cut takes them. Pure.
 */
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';

/** The journal without what it says of builds whose base is gone and is still needed: they are done again. */
export function withoutLostBases(
  lines: readonly string[],
  plan: Plan,
  hasBase: (hash: string) => boolean,
): readonly string[] {
  const finished = new Set(
    lines.flatMap((line) => {
      const entry = entryOf(line);
      return entry?.entry === 'finished' && entry.id !== undefined ? [entry.id] : [];
    }),
  );
  const byId = new Map(plan.actions.map((action) => [action.id, action]));
  const lost = new Set<string>();
  const lookAt = (action: Action): void => {
    for (const id of action.needs) {
      const need = byId.get(id);
      if (need?.kind !== 'base.build' || lost.has(id) || !finished.has(id) || hasBase(need.params.hash)) continue;
      lost.add(id);
      lookAt(need);
    }
  };
  for (const action of plan.actions) if (!finished.has(action.id)) lookAt(action);
  return lost.size === 0 ? lines : lines.filter((line) => !lost.has(entryOf(line)?.id ?? ''));
}

function entryOf(line: string): { readonly entry?: string; readonly id?: string } | null {
  try {
    return JSON.parse(line) as { entry?: string; id?: string } | null;
  } catch {
    return null;
  }
}
