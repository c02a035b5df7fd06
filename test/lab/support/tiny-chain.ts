/**
 * Kills for a whole plan, and the chain of runs that meets them one after the other and still ends where an undisturbed
 * run does.
 */
import type { Kill, TinyHost, TinyRun } from './tiny-host.ts';
import type { Plan } from '../../../src/plan/plan.ts';

type Times = TinyRun['times'];

/** In the middle of the n-th command (from 1), by the times of an undisturbed run. */
function during(times: Times, id: string, n: number, tree: boolean): Kill {
  const [from = 0, to = 0] = (times[id] ?? []).slice(n - 1, n + 1);
  return { id, moment: String(n), delayMs: Math.round((to - from) / 2), tree };
}
const at = (id: string, moment: string): Kill => ({ id, moment, delayMs: 0, tree: false });
const commandsOf = (times: Times, id: string): number => Math.max(0, (times[id] ?? []).length - 1);

/** One for every kind of action, each at another moment. */
export function oneOfEachKind(plan: Plan, times: Times): Kill[] {
  // Devices are all made by one kind of action, each type by its own steps.
  const kinds = new Map(
    plan.actions.map(({ id, kind, params }) => [id, 'node' in params ? `${kind} ${params.node.type}` : kind]),
  );
  const met = new Set<string>();
  const first = Object.keys(times).filter((id) => {
    const kind = kinds.get(id) ?? '';
    const isNew = !met.has(kind);
    met.add(kind);
    return isNew;
  });
  return first.map((id, index) => {
    const count = commandsOf(times, id);
    if (count === 0 || index % 4 === 3) return at(id, 'applied');
    return during(times, id, [Math.ceil(count / 2), count, Math.max(1, count - 1)][index % 4] ?? 1, index % 2 === 0);
  });
}

/** Every action: before its work, at up to `most` of its commands, after its work, and after its line in the journal. */
export function everyMoment(times: Times, most: number): Kill[] {
  return Object.keys(times).flatMap((id) => {
    const count = commandsOf(times, id);
    const steps = [
      ...new Set(
        Array.from(
          { length: Math.min(most, count) },
          (_, index) => 1 + Math.round((index * (count - 1)) / Math.max(1, Math.min(most, count) - 1)),
        ),
      ),
    ];
    return [
      at(id, 'begun'),
      { ...at(id, 'begun'), delayMs: 300 },
      ...steps.map((n, index) => during(times, id, n, index % 2 === 0)),
      at(id, 'applied'),
      at(id, 'journalled'),
    ];
  });
}

/** Resumes through all kills to the end. Throws where a run was not killed as it should be. Gives the last run. */
export async function chain(host: TinyHost, plan: string, state: string, kills: readonly Kill[]): Promise<TinyRun> {
  for (const kill of kills) {
    const run = await host.run(plan, state, kill);
    if (!run.killed) throw new Error(`not killed at ${JSON.stringify(kill)}: ${run.said}`);
  }
  return await host.run(plan, state);
}
