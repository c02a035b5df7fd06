/** Budgets for CPU, disk and network: what may run side by side. */
import type { Action } from '../plan/action.ts';

export interface Budgets { readonly cpu: number; readonly disk: number; readonly network: number; readonly jobs: number }

export class Resources {
  readonly #budgets: Budgets;
  readonly #used = { cpu: 0, disk: 0, network: 0, jobs: 0 };

  constructor(budgets: Budgets) {
    this.#budgets = budgets;
  }

  /** Takes what the action uses if it fits. An action larger than a whole budget runs alone on it. */
  tryTake(action: Action): boolean {
    if (this.#used.jobs >= this.#budgets.jobs) return false;
    for (const kind of ['cpu', 'disk', 'network'] as const) {
      const wanted = action.uses[kind] ?? 0;
      if (wanted > 0 && this.#used[kind] > 0 && this.#used[kind] + wanted > this.#budgets[kind]) return false;
    }
    this.#add(action, 1);
    return true;
  }

  release(action: Action): void {
    this.#add(action, -1);
  }

  #add(action: Action, sign: 1 | -1): void {
    this.#used.jobs += sign;
    for (const kind of ['cpu', 'disk', 'network'] as const) this.#used[kind] += sign * (action.uses[kind] ?? 0);
  }
}
