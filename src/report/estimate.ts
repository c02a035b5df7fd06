/** How far a run is and how long it will still take, from the weights of its actions and the speed measured so far. */
import type { RunEvent } from '../engine/events.ts';

interface Part { readonly weight: number; readonly title: string; readonly domain: string; done: number }

/** Follows events; ask it whenever a figure is drawn. Works on the events' own times, so a replay shows what was shown. */
export class Estimate {
  readonly #parts = new Map<string, Part>();
  /** Weight that earlier parts of a resumed run have done: it says nothing about this run's speed. */
  #before = 0;
  #beganMs = 0;
  #nowMs = 0;

  follow(event: RunEvent): void {
    this.#nowMs = Date.parse(event.time);
    if (event.type === 'run.started') {
      const finished = new Set(event.finished ?? []);
      this.#parts.clear();
      for (const { id, weight, title, domain } of event.actions) this.#parts.set(id, { weight, title, domain, done: finished.has(id) ? 1 : 0 });
      this.#beganMs = this.#nowMs;
      this.#before = this.#weightDone();
    } else if (event.type === 'action.progress') {
      const part = this.#parts.get(event.id);
      if (part !== undefined && event.total > 0) part.done = Math.min(1, Math.max(part.done, event.done / event.total));
    } else if (event.type === 'action.finished') {
      const part = this.#parts.get(event.id);
      if (part !== undefined) part.done = 1;
    }
  }

  titleOf(id: string): string { return this.#parts.get(id)?.title ?? id; }
  domainOf(id: string): string { return this.#parts.get(id)?.domain ?? id.split('/')[0] ?? id; }

  /** 0 … 100 over the whole run. */
  get percent(): number {
    const total = this.#total();
    return total === 0 ? 100 : Math.floor((this.#weightDone() / total) * 100);
  }

  /** Null while too little is done to tell. */
  get secondsLeft(): number | null {
    const done = this.#weightDone();
    const elapsed = (this.#nowMs - this.#beganMs) / 1000;
    if (elapsed < 2 || done - this.#before < this.#total() * 0.02) return null;
    return Math.round(((this.#total() - done) * elapsed) / (done - this.#before));
  }

  #total(): number { return [...this.#parts.values()].reduce((sum, part) => sum + part.weight, 0); }
  #weightDone(): number { return [...this.#parts.values()].reduce((sum, part) => sum + part.weight * part.done, 0); }
}

/** Seconds as people read them: `7 s`, `3 min 20 s`, `1 h 05 min`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const pad = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${pad(Math.floor((whole % 3600) / 60))} min`;
}
