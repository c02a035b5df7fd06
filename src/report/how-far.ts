/** How far a run came that did not come to its end: at which step it was, and what it had changed by then. Pure. */
import type { RunEvent } from '../engine/events.ts';
import type { Said } from '../i18n/said.ts';

/** Kinds of action that write to no disk, and to no image, that is installed on. */
const BESIDE: ReadonlySet<string> = new Set(['base.build', 'appliance.start']);
/** Commands of the profile in the installer, before the disks are touched. */
const EARLY = 'host/early';

export interface FarRun {
  /** Steps that are done, of all of them: also by an earlier part of the run. */
  readonly done: number;
  readonly total: number;
  /** Has any step begun that writes to the target? Bases are built elsewhere. */
  readonly isWritten: boolean;
  /** The last step that was begun and not done; null: none was. */
  readonly at: { readonly domain: string; readonly title: string; readonly said?: Said | undefined } | null;
}

export class HowFar {
  readonly #actions = new Map<
    string,
    { readonly kind: string; readonly domain: string; readonly title: string; readonly said?: Said | undefined }
  >();
  readonly #open = new Set<string>();
  readonly #done = new Set<string>();
  #isWritten = false;

  follow(event: RunEvent): void {
    if (event.type === 'run.started') {
      for (const action of event.actions) this.#actions.set(action.id, action);
      for (const id of event.finished ?? []) this.#finish(id);
      this.#open.clear();
    } else if (event.type === 'action.started') {
      this.#open.delete(event.id);
      this.#open.add(event.id);
      this.#note(event.id);
    } else if (event.type === 'action.finished' && event.result === 'done') this.#finish(event.id);
  }

  /** Null: no run has begun. */
  get(): FarRun | null {
    if (this.#actions.size === 0) return null;
    const last = [...this.#open].at(-1);
    const action = last === undefined ? undefined : this.#actions.get(last);
    return {
      done: this.#done.size,
      total: this.#actions.size,
      isWritten: this.#isWritten,
      at: action === undefined ? null : { domain: action.domain, title: action.title, said: action.said },
    };
  }

  #finish(id: string): void {
    this.#open.delete(id);
    this.#done.add(id);
    this.#note(id);
  }

  #note(id: string): void {
    const kind = this.#actions.get(id)?.kind ?? '';
    if (!BESIDE.has(kind) && id !== EARLY) this.#isWritten = true;
  }
}
