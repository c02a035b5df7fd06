/** How far a run is and how long it will still take, from the weights of its actions and the speed measured so far. */
import type { RunEvent } from '../engine/events.ts';

/** Bases are built natively, the rest may happen on an emulated machine: each has a speed of its own. */
type Pace = 'building' | 'installing';
interface Part {
  weight: number;
  readonly pace: Pace;
  readonly title: string;
  readonly domain: string;
  done: number;
}
/** What this run itself has seen of a pace: weight done, and milliseconds in which any of it was under way. */
interface Seen {
  weight: number;
  wallMs: number;
  running: number;
}

/** What takes less than this of its weight was there already: it counts for nothing, neither as work nor as speed. */
const FOUND_SECONDS_PER_WEIGHT = 0.05;
/** Less weight, or less time, says little about the speed. */
const LEAST_WEIGHT = 3;
const LEAST_MS = 2_000;

/** Follows events; ask it whenever a figure is drawn. Works on the events' own times, so a replay shows what was shown. */
export class Estimate {
  readonly #parts = new Map<string, Part>();
  readonly #seen: Record<Pace, Seen> = { building: nothingSeen(), installing: nothingSeen() };
  #nowMs = 0;

  follow(event: RunEvent): void {
    const nowMs = Date.parse(event.time);
    for (const seen of Object.values(this.#seen)) if (seen.running > 0) seen.wallMs += Math.max(0, nowMs - this.#nowMs);
    this.#nowMs = nowMs;
    if (event.type === 'run.started') this.#start(event);
    else if (event.type === 'action.started')
      this.#change(event.id, (_, seen) => {
        seen.running += 1;
      });
    else if (event.type === 'action.progress')
      this.#change(event.id, (part, seen) => {
        if (event.total > 0) advance(part, seen, event.done / event.total);
      });
    else if (event.type === 'action.finished') this.#change(event.id, (part, seen) => this.#finish(part, seen, event));
  }

  titleOf(id: string): string {
    return this.#parts.get(id)?.title ?? id;
  }
  domainOf(id: string): string {
    return this.#parts.get(id)?.domain ?? id.split('/')[0] ?? id;
  }

  /** 0 … 100 over the whole run. */
  get percent(): number {
    const parts = [...this.#parts.values()];
    const total = parts.reduce((sum, part) => sum + part.weight, 0);
    return total === 0
      ? 100
      : Math.floor((parts.reduce((sum, part) => sum + part.weight * part.done, 0) / total) * 100);
  }

  /** Null while too little is done to tell. */
  get secondsLeft(): number | null {
    let seconds = 0;
    for (const pace of ['building', 'installing'] as const) {
      const left = [...this.#parts.values()].reduce(
        (sum, part) => sum + (part.pace === pace ? part.weight * (1 - part.done) : 0),
        0,
      );
      const perWeight = this.#secondsPerWeight(pace);
      if (left === 0) continue;
      if (perWeight === null) return null;
      seconds += left * perWeight;
    }
    return Math.round(seconds);
  }

  /**
   * A pace that was not seen yet goes at its weights' word, as long as the other was seen: an estimate, and better than
   * none.
   */
  #secondsPerWeight(pace: Pace): number | null {
    const measured = (seen: Seen): boolean => seen.weight >= LEAST_WEIGHT && seen.wallMs >= LEAST_MS;
    if (measured(this.#seen[pace])) return this.#seen[pace].wallMs / 1000 / this.#seen[pace].weight;
    return pace === 'installing' && measured(this.#seen.building) ? 1 : null;
  }

  #start(event: RunEvent & { type: 'run.started' }): void {
    const finished = new Set(event.finished ?? []);
    this.#parts.clear();
    for (const { id, kind, weight, title, domain } of event.actions)
      this.#parts.set(id, {
        weight,
        pace: kind === 'base.build' ? 'building' : 'installing',
        title,
        domain,
        done: finished.has(id) ? 1 : 0,
      });
    // Nothing that an earlier part of a resumed run did says how fast this one is.
    Object.assign(this.#seen, { building: nothingSeen(), installing: nothingSeen() });
  }

  #finish(part: Part, seen: Seen, event: RunEvent & { type: 'action.finished' }): void {
    seen.running = Math.max(0, seen.running - 1);
    if (event.result === 'done' && part.pace === 'building' && event.seconds < part.weight * FOUND_SECONDS_PER_WEIGHT) {
      seen.weight -= part.weight * part.done;
      part.weight = 0;
    }
    advance(part, seen, 1);
  }

  #change(id: string, change: (part: Part, seen: Seen) => void): void {
    const part = this.#parts.get(id);
    if (part !== undefined) change(part, this.#seen[part.pace]);
  }
}

function nothingSeen(): Seen {
  return { weight: 0, wallMs: 0, running: 0 };
}

/** Never backwards. */
function advance(part: Part, seen: Seen, done: number): void {
  const now = Math.min(1, Math.max(part.done, done));
  seen.weight += part.weight * (now - part.done);
  part.done = now;
}
