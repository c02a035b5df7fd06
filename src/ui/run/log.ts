/**
 * The lines of a run that the screen can still show: a ring in a block of memory of its own, so that a long run takes
 * no more than a short one, and ten thousand lines a second are no work for the garbage collector.
 */
import { Buffer } from 'node:buffer';

const KINDS = ['command', 'output', 'step', 'good', 'error'] as const;
export interface LogLine {
  /** 1, 2, 3 … over the whole run; never used twice. */
  readonly number: number;
  readonly timeMs: number;
  readonly domain: string;
  readonly kind: (typeof KINDS)[number];
  readonly text: string;
}
/** Which lines: of one domain, or (null) of all. */
export type LogFilter = string | null;

const LOG_LIMIT = 16_384;
/** Bytes of a line; what is longer is cut (the log file has all of it). */
const LINE_BYTES = 480;

export class LogRing {
  readonly #limit: number;
  readonly #texts: Buffer;
  readonly #lengths: Uint16Array;
  readonly #kinds: Uint8Array;
  readonly #times: Float64Array;
  readonly #owners: Uint32Array;
  readonly #domains: string[] = [];
  readonly #indexes = new Map<string, number>();
  #count = 0;

  constructor(limit = LOG_LIMIT) {
    this.#limit = limit;
    // The system gives the pages when they are first written to.
    this.#texts = Buffer.alloc(limit * LINE_BYTES);
    this.#lengths = new Uint16Array(limit);
    this.#kinds = new Uint8Array(limit);
    this.#times = new Float64Array(limit);
    this.#owners = new Uint32Array(limit);
  }

  /** Number of the oldest line that is kept. */
  get first(): number {
    return Math.max(1, this.#count - this.#limit + 1);
  }
  /** Number of the newest line; 0 while there is none. */
  get last(): number {
    return this.#count;
  }

  push(timeMs: number, domain: string, kind: LogLine['kind'], text: string): void {
    const slot = this.#count % this.#limit;
    let owner = this.#indexes.get(domain);
    if (owner === undefined) {
      owner = this.#domains.push(domain) - 1;
      this.#indexes.set(domain, owner);
    }
    // Whole characters only: Buffer.write stops before one that does not fit.
    this.#lengths[slot] = this.#texts.write(text, slot * LINE_BYTES, LINE_BYTES, 'utf8');
    this.#kinds[slot] = KINDS.indexOf(kind);
    this.#times[slot] = timeMs;
    this.#owners[slot] = owner;
    this.#count += 1;
  }

  at(number: number): LogLine | undefined {
    if (number < this.first || number > this.#count) return undefined;
    const slot = (number - 1) % this.#limit;
    return {
      number,
      timeMs: this.#times[slot] ?? 0,
      domain: this.#domains[this.#owners[slot] ?? 0] ?? '',
      kind: KINDS[this.#kinds[slot] ?? 0] ?? 'output',
      text: this.#text(slot),
    };
  }

  /** At most `count` lines that fit, up to line `bottom` and in their order. */
  upTo(bottom: number, count: number, filter: LogFilter): LogLine[] {
    const found: LogLine[] = [];
    for (let number = Math.min(bottom, this.#count); number >= this.first && found.length < count; number--) {
      const line = this.#fits(number, filter) ? this.at(number) : undefined;
      if (line !== undefined) found.push(line);
    }
    return found.toReversed();
  }

  /** The number of the line `by` fitting lines further (negative: back) from line `from`; as far as there are any. */
  step(from: number, by: number, filter: LogFilter): number {
    const way = Math.sign(by);
    let [at, left] = [from, Math.abs(by)];
    for (let number = from + way; left > 0 && number >= this.first && number <= this.#count; number += way) {
      if (!this.#fits(number, filter)) continue;
      at = number;
      left -= 1;
    }
    return at;
  }

  /** The next line with the text, from line `from` (not itself) backwards or forwards; null where there is none. */
  find(text: string, from: number, way: -1 | 1, filter: LogFilter): number | null {
    const wanted = text.toLowerCase();
    for (let number = Math.min(from + way, this.#count); number >= this.first && number <= this.#count; number += way) {
      if (
        this.#fits(number, filter) &&
        this.#text((number - 1) % this.#limit)
          .toLowerCase()
          .includes(wanted)
      )
        return number;
    }
    return null;
  }

  #fits(number: number, filter: LogFilter): boolean {
    return filter === null || this.#domains[this.#owners[(number - 1) % this.#limit] ?? 0] === filter;
  }

  #text(slot: number): string {
    return this.#texts.toString('utf8', slot * LINE_BYTES, slot * LINE_BYTES + (this.#lengths[slot] ?? 0));
  }
}
