/** Budgets for CPU, disk and network: what may run side by side. */
import type { Action } from '../plan/action.ts';

export interface Budgets {
  readonly cpu: number;
  readonly disk: number;
  readonly network: number;
  readonly jobs: number;
}

const KINDS = ['cpu', 'disk', 'network'] as const;

export class Resources {
  readonly #budgets: Budgets;
  readonly #used = { cpu: 0, disk: 0, network: 0, jobs: 0 };

  constructor(budgets: Budgets) {
    this.#budgets = budgets;
  }

  /**
   * Starts the actions that fit, in the order given. What waits for a budget keeps later ones off that budget: else a
   * stream of small actions could keep a large, more important one out for ever.
   */
  takeInOrder(ready: readonly Action[]): Action[] {
    const kept = new Set<(typeof KINDS)[number]>();
    const taken: Action[] = [];
    for (const action of ready) {
      if (this.#used.jobs >= Math.max(1, this.#budgets.jobs)) break;
      const wanted = KINDS.filter((kind) => (action.uses[kind] ?? 0) > 0);
      const missing = wanted.filter((kind) => !this.#fits(kind, action.uses[kind] ?? 0));
      if (missing.length > 0) for (const kind of missing) kept.add(kind);
      else if (!wanted.some((kind) => kept.has(kind))) {
        this.#add(action, 1);
        taken.push(action);
      }
    }
    return taken;
  }

  release(action: Action): void {
    this.#add(action, -1);
  }

  /** What is larger than a whole budget runs when nothing else uses that budget. */
  #fits(kind: (typeof KINDS)[number], units: number): boolean {
    return this.#used[kind] === 0 || this.#used[kind] + units <= this.#budgets[kind];
  }

  #add(action: Action, sign: 1 | -1): void {
    this.#used.jobs += sign;
    for (const kind of KINDS) this.#used[kind] += sign * (action.uses[kind] ?? 0);
  }
}
