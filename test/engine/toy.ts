/** Toy plans, executors and journals for tests of the engine. */
import type { Executor } from '../../src/actions/kind.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import type { JournalStore } from '../../src/engine/journal.ts';
import type { RunOptions } from '../../src/engine/run.ts';
import type { Action, ActionOf } from '../../src/plan/action.ts';
import type { Plan } from '../../src/plan/plan.ts';

export interface ToyAction {
  readonly id: string;
  readonly domain?: string;
  readonly needs?: readonly string[];
  readonly uses?: Action['uses'];
  readonly timeoutMs?: number;
  readonly place?: 'builder' | 'target';
}

/** An action; its domain is what stands before the slash unless told. */
export function toyAction(toy: ToyAction): ActionOf<'tree.commands'> {
  return {
    id: toy.id,
    kind: 'tree.commands',
    domain: toy.domain ?? toy.id.split('/')[0] ?? 'host',
    title: `Do ${toy.id}`,
    needs: toy.needs ?? [],
    place: toy.place ?? 'target',
    weight: 1,
    uses: toy.uses ?? {},
    timeoutMs: toy.timeoutMs ?? 60_000,
    params: { tree: null, commands: [] },
  };
}

export function toyPlan(actions: readonly ToyAction[], hash = 'a'.repeat(64)): Plan {
  return {
    version: 1,
    hash,
    hostname: 'toy',
    distribution: 'debian',
    release: 'trixie',
    hypervisor: 'xen',
    target: 'image',
    nodes: [],
    volumes: [],
    bootSets: [],
    bridges: [],
    memory: { totalMiB: 0, xenMiB: 0, dom0MiB: 0, domus: [], freeMiB: 0 },
    actions: actions.map(toyAction),
  };
}

/** A host with a Dom0 and two DomUs, each on the one disk. */
export const hostWithTwo = toyPlan([
  { id: 'host/disk' },
  { id: 'dom0/write', needs: ['host/disk'] },
  { id: 'web1/write', needs: ['host/disk'] },
  { id: 'web1/identity', needs: ['web1/write'] },
  { id: 'web2/write', needs: ['host/disk'] },
  { id: 'web2/identity', needs: ['web2/write'] },
  { id: 'host/finish', needs: ['dom0/write', 'web1/identity', 'web2/identity'] },
]);

export function memoryJournal(lines: string[] = []): JournalStore & { readonly written: string[] } {
  return {
    written: lines,
    lines: async () => [...lines],
    append: async (line) => {
      lines.push(line);
    },
  };
}

export const pause = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });

export function toyOptions(
  plan: Plan,
  run: Executor['run'],
  more: Partial<RunOptions> = {},
): RunOptions & { readonly events: RunEvent[] } {
  const events: RunEvent[] = [];
  return {
    plan,
    executors: { builder: { run }, target: { run } },
    journal: memoryJournal(),
    consumers: [(event) => events.push(event)],
    signal: new AbortController().signal,
    budgets: { cpu: 4, disk: 4, network: 4, jobs: 16 },
    resume: false,
    timeScale: 1,
    newRunId: () => 'run-1',
    ...more,
    events,
  };
}

/** Short words for a stream of events. */
export const brief = (events: readonly RunEvent[]): string[] =>
  events.map((event) => {
    if (event.type === 'action.finished') return `${event.id} ${event.result}`;
    if (event.type === 'action.started') return `${event.id} started`;
    if (event.type === 'domain.finished') return `= ${event.domain} ${event.result}`;
    if (event.type === 'run.finished') return `run ${event.result} ${event.exit}`;
    return event.type;
  });
