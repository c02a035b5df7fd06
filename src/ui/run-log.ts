/** The lines of a run that the screen can still show: a ring, so that a long run takes no more memory than a short one. */

export interface LogLine {
  /** 1, 2, 3 … over the whole run; never used twice. */
  readonly number: number;
  /** RFC 3339, as the event had it. */
  readonly time: string;
  readonly domain: string;
  readonly kind: 'command' | 'output' | 'step' | 'good' | 'error';
  readonly text: string;
}
/** Which lines: of one domain, or (null) of all. */
export type LogFilter = string | null;

export const LOG_LIMIT = 20_000;
/** Nobody reads a line to its end that is longer, and its memory is kept as long as it is in the ring. */
const LINE_LIMIT = 1_000;

export class LogRing {
  readonly #lines: LogLine[] = [];
  readonly #limit: number;
  #count = 0;

  constructor(limit = LOG_LIMIT) { this.#limit = limit; }

  /** Number of the oldest line that is kept. */
  get first(): number { return Math.max(1, this.#count - this.#limit + 1); }
  /** Number of the newest line; 0 while there is none. */
  get last(): number { return this.#count; }

  push(time: string, domain: string, kind: LogLine['kind'], text: string): void {
    this.#count += 1;
    this.#lines[(this.#count - 1) % this.#limit] = { number: this.#count, time, domain, kind, text: text.length > LINE_LIMIT ? text.slice(0, LINE_LIMIT) : text };
  }

  at(number: number): LogLine | undefined {
    return number < this.first || number > this.#count ? undefined : this.#lines[(number - 1) % this.#limit];
  }

  /** At most `count` lines that fit, up to line `bottom` and in their order. */
  upTo(bottom: number, count: number, filter: LogFilter): LogLine[] {
    const found: LogLine[] = [];
    for (let number = Math.min(bottom, this.#count); number >= this.first && found.length < count; number--) {
      const line = this.at(number);
      if (line !== undefined && (filter === null || line.domain === filter)) found.push(line);
    }
    return found.toReversed();
  }

  /** The number of the line `by` fitting lines further (negative: back) from line `from`; as far as there are any. */
  step(from: number, by: number, filter: LogFilter): number {
    const way = Math.sign(by);
    let [at, left] = [from, Math.abs(by)];
    for (let number = from + way; left > 0 && number >= this.first && number <= this.#count; number += way) {
      if (filter !== null && this.at(number)?.domain !== filter) continue;
      at = number;
      left -= 1;
    }
    return at;
  }

  /** The next line with the text, from line `from` (not itself) backwards or forwards; null where there is none. */
  find(text: string, from: number, way: -1 | 1, filter: LogFilter): number | null {
    const wanted = text.toLowerCase();
    for (let number = Math.min(from + way, this.#count); number >= this.first && number <= this.#count; number += way) {
      const line = this.at(number);
      if (line !== undefined && (filter === null || line.domain === filter) && line.text.toLowerCase().includes(wanted)) return number;
    }
    return null;
  }
}
