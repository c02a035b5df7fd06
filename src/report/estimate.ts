/**
 * How far a run is and how long it will still take: what is left is laid out in time, by what waits for what, at the
 * speed that was measured so far.
 */
import type { RunEvent } from '../engine/events.ts';
import { speedAt, timeToFinish, type Left } from './schedule.ts';

/** What happens beside the target is native, the rest may happen on an emulated machine: each has a speed of its own. */
type Pace = (typeof PACES)[number];
const PACES = ['building', 'installing'] as const;
interface Part {
  weight: number;
  readonly pace: Pace;
  readonly title: string;
  readonly domain: string;
  readonly needs: readonly string[];
  done: number;
  /** What it has told of itself, of a quantity: steps are not of one length. */
  told: number;
  isRunning: boolean;
  /** Seconds that it has had for itself: what runs beside it takes its share of a machine. */
  worked: number;
  /** How much of a machine it takes. */
  readonly load: number;
}
/** What this run itself has seen of a pace: weight done, the seconds it took for itself, and at what time. */
interface Seen {
  weight: number;
  seconds: number;
  wallMs: number;
  busyMs: number;
  running: number;
}

type Measured = Readonly<Pick<Seen, 'weight' | 'seconds'>>;

/** What takes less than this of its weight was there already: it counts for nothing, neither as work nor as speed. */
const FOUND_SECONDS_PER_WEIGHT = 0.05;
/** Less weight, or less time, says little about the speed. */
const LEAST_WEIGHT = 3;
const LEAST_SECONDS = 2;
/** Without a measure the weights are taken at their word, after so much work. */
const GUESS_AFTER_SECONDS = 8;
/** Less of an action is a beginning, and no measure. */
const LEAST_TOLD = 0.1;
/** Of an action that has taken as long as was expected, and is not done. */
const OVERDUE = 0.04;
/** What an action without progress is taken to have done at most. */
const MOST_BY_TIME = 0.9;
/** At least so many go side by side, where nothing keeps them apart: budgets allow it on every machine. */
const LANES = 2;
/** A build has several programs at work. */
const BUILD_LOAD = 1.5;

/** Follows events; ask it whenever a figure is drawn. Works on the events' own times, so a replay shows what was shown. */
export class Estimate {
  readonly #parts = new Map<string, Part>();
  readonly #seen: Record<Pace, Seen> = { building: nothingSeen(), installing: nothingSeen() };
  readonly #running = new Set<Part>();
  #nowMs = 0;
  #percent = 0;

  follow(event: RunEvent): void {
    this.goOn(Date.parse(event.time));
    if (event.type === 'run.started') this.#start(event);
    else if (event.type === 'action.started')
      this.#change(event.id, (part, seen) => {
        seen.running += 1;
        part.isRunning = true;
        this.#running.add(part);
      });
    else if (event.type === 'action.progress')
      this.#change(event.id, (part) => {
        if (event.total <= 0) return;
        part.done = Math.max(part.done, Math.min(1, event.done / event.total));
        if (event.unit !== 'steps') part.told = part.done;
      });
    else if (event.type === 'action.finished') this.#change(event.id, (part, seen) => this.#finish(part, seen, event));
  }

  titleOf(id: string): string {
    return this.#parts.get(id)?.title ?? id;
  }
  domainOf(id: string): string {
    return this.#parts.get(id)?.domain ?? id.split('/')[0] ?? id;
  }

  /** 0 … 100 over the whole run; never less than it was. */
  get percent(): number {
    const perWeight = this.#secondsPerWeight();
    let [total, done] = [0, 0];
    for (const part of this.#parts.values()) {
      const whole = part.weight * perWeight[part.pace];
      total += whole;
      done += whole * doneOf(part, whole);
    }
    this.#percent = Math.max(this.#percent, total === 0 ? 100 : Math.floor((done / total) * 100));
    return this.#percent;
  }

  /** Null while too little is done to tell. */
  get secondsLeft(): number | null {
    const isMeasured = PACES.some((pace) => isMeasure(this.#measured(pace)));
    if (!isMeasured && this.#sumOfRunning('worked') < GUESS_AFTER_SECONDS) return null;
    const perWeight = this.#secondsPerWeight();
    const left = new Map<string, Left>();
    for (const [id, part] of this.#parts) {
      if (part.done >= 1 || part.weight === 0) continue;
      left.set(id, {
        seconds: secondsLeftOf(part, part.weight * perWeight[part.pace]),
        isRunning: part.isRunning,
        load: part.load,
        lane: part.pace,
        needs: part.needs,
      });
    }
    return Math.round(timeToFinish(left, (pace) => this.#lanesOf(pace as Pace)));
  }

  #sumOfRunning(what: 'worked' | 'load'): number {
    let sum = 0;
    for (const part of this.#running) sum += part[what];
    return sum;
  }

  /** What is under way counts by what it has told of itself, and by its time where that is longer than expected. */
  #measured(pace: Pace): Measured {
    let { weight, seconds } = this.#seen[pace];
    for (const part of this.#running) {
      if (part.pace !== pace || part.done >= 1) continue;
      if (part.told >= LEAST_TOLD) {
        weight += part.weight * part.told;
        seconds += part.worked;
      } else if (part.worked > part.weight) {
        weight += part.weight;
        seconds += part.worked;
      }
    }
    return { weight, seconds };
  }

  /** A pace that was not seen yet goes at its weights' word: an estimate, and better than none. */
  #secondsPerWeight(): Readonly<Record<Pace, number>> {
    const of = (pace: Pace): number => {
      const measured = this.#measured(pace);
      return isMeasure(measured) ? measured.seconds / measured.weight : 1;
    };
    return { building: of('building'), installing: of('installing') };
  }

  /** As many side by side as were seen on the average. */
  #lanesOf(pace: Pace): number {
    const { busyMs, wallMs } = this.#seen[pace];
    return wallMs === 0 ? LANES : Math.max(LANES, Math.round(busyMs / wallMs));
  }

  /** Time has passed in which nothing was said. */
  goOn(nowMs: number): void {
    if (nowMs <= this.#nowMs) return;
    const pastMs = nowMs - this.#nowMs;
    for (const seen of Object.values(this.#seen)) {
      if (seen.running > 0) seen.wallMs += pastMs;
      seen.busyMs += pastMs * seen.running;
    }
    const speed = speedAt(this.#sumOfRunning('load'));
    for (const part of this.#running) part.worked += (pastMs / 1000) * speed;
    this.#nowMs = nowMs;
  }

  #start(event: RunEvent & { type: 'run.started' }): void {
    const finished = new Set(event.finished ?? []);
    this.#parts.clear();
    this.#running.clear();
    this.#percent = 0;
    for (const { id, kind, weight, title, domain, needs, place } of event.actions) {
      const pace = place === 'builder' || kind === 'base.build' ? 'building' : 'installing';
      // Nobody knows any more whether an earlier part built it or found it there: it is no part of this one.
      const isBefore = finished.has(id) && kind === 'base.build';
      this.#parts.set(id, {
        weight: isBefore ? 0 : weight,
        pace,
        title,
        domain,
        needs,
        done: finished.has(id) ? 1 : 0,
        told: 0,
        isRunning: false,
        worked: 0,
        load: kind === 'base.build' ? BUILD_LOAD : 1,
      });
    }
    // Nothing that an earlier part of a resumed run did says how fast this one is.
    Object.assign(this.#seen, { building: nothingSeen(), installing: nothingSeen() });
  }

  #finish(part: Part, seen: Seen, event: RunEvent & { type: 'action.finished' }): void {
    seen.running = Math.max(0, seen.running - 1);
    const wasFound =
      event.result === 'done' && part.pace === 'building' && event.seconds < part.weight * FOUND_SECONDS_PER_WEIGHT;
    if (wasFound) part.weight = 0;
    else if (event.result !== 'skipped') {
      seen.weight += part.weight;
      seen.seconds += part.worked;
    }
    part.done = 1;
    part.isRunning = false;
    this.#running.delete(part);
  }

  #change(id: string, change: (part: Part, seen: Seen) => void): void {
    const part = this.#parts.get(id);
    if (part !== undefined) change(part, this.#seen[part.pace]);
  }
}

function nothingSeen(): Seen {
  return { weight: 0, seconds: 0, wallMs: 0, busyMs: 0, running: 0 };
}

function isMeasure({ weight, seconds }: Measured): boolean {
  return weight >= LEAST_WEIGHT && seconds >= LEAST_SECONDS;
}

/** `whole`: the seconds it takes in all. */
function secondsLeftOf({ isRunning, told, worked }: Part, whole: number): number {
  if (!isRunning) return whole;
  // What it has told of itself is the best measure, once that is more than a beginning.
  if (told >= LEAST_TOLD) return (worked * (1 - told)) / told;
  return Math.max(whole - worked, whole * OVERDUE);
}

/** 0 … 1; `whole`: the seconds it takes in all. */
function doneOf({ isRunning, done, told, worked }: Part, whole: number): number {
  if (!isRunning || done >= 1 || told > 0) return done;
  return Math.max(done, Math.min(MOST_BY_TIME, whole === 0 ? 0 : worked / whole));
}
