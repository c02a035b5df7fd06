/** Of all that failed in a run: what failed first, and how many others did. Pure. */
import type { EventError, RunEvent } from '../engine/events.ts';
import type { Said } from '../i18n/said.ts';
import { INTERRUPTED } from './plain.ts';

export interface FailedAction {
  readonly domain: string;
  readonly title: string;
  readonly said?: Said | undefined;
  readonly error: EventError;
  /** Other actions that failed too. */
  readonly others: number;
}

export class FirstFailure {
  readonly #actions = new Map<string, Pick<FailedAction, 'domain' | 'title' | 'said'>>();
  /** In the order of their ends. */
  readonly #failed = new Map<string, EventError>();

  follow(event: RunEvent): void {
    if (event.type === 'run.started') {
      for (const { id, domain, title, said } of event.actions) this.#actions.set(id, { domain, title, said });
      this.#failed.clear();
    } else if (event.type === 'action.finished') {
      this.#failed.delete(event.id);
      // What was stopped with the run did not fail; what was skipped, did not because of another.
      if (event.result === 'failed' && event.error !== undefined && event.error.code !== INTERRUPTED)
        this.#failed.set(event.id, event.error);
    }
  }

  /** Of the run's last part; null: nothing failed in it. */
  get(): FailedAction | null {
    for (const [id, error] of this.#failed)
      return { ...(this.#actions.get(id) ?? { domain: 'host', title: id }), error, others: this.#failed.size - 1 };
    return null;
  }
}
