/**
 * Which lines of a run were received already. They are known by what they say, not by their numbers or times alone:
 * whoever claims numbers that another one will need later, or a time that is far ahead, silences nobody. Pure.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { EventHead } from '../report/event-schema.ts';

/** Nobody can know beforehand what passes for what. */
const KEY = randomBytes(16);
const PAGE_LINES = 256;
/** A number is used twice by a run that has lost its last events in a power cut. */
const KNOWN_EACH = 2;
const MOST_PAGES = 2048;
/** Of memory, for {@link KnownLines.pages}. */
export const PAGE_BYTES = PAGE_LINES * KNOWN_EACH * Uint32Array.BYTES_PER_ELEMENT;

export type Numbered = Pick<EventHead, 'seq' | 'type'>;

/**
 * A run's events and its host's reports have numbers of their own: a report may come before the last of a run that is
 * resumed later. What was forgotten, to bound memory, is kept twice when it comes again: nothing is ever lost by it.
 */
export class KnownLines {
  readonly #pages = new Map<string, Uint32Array>();

  get pages(): number {
    return this.#pages.size;
  }

  has(head: Numbered, line: string): boolean {
    const [page, at] = this.#placeOf(head);
    if (page === undefined) return false;
    const print = printOf(line);
    return Array.from({ length: KNOWN_EACH }, (_, index) => page[at + index]).includes(print);
  }

  note(head: Numbered, line: string): void {
    const [found, at, key] = this.#placeOf(head);
    const page = found ?? new Uint32Array(PAGE_LINES * KNOWN_EACH);
    if (found === undefined) {
      this.#pages.set(key, page);
      if (this.#pages.size > MOST_PAGES) this.forgetPage();
    }
    page.copyWithin(at + 1, at, at + KNOWN_EACH - 1);
    page[at] = printOf(line);
  }

  /** The page that was begun first. */
  forgetPage(): void {
    const [first] = this.#pages.keys();
    if (first !== undefined) this.#pages.delete(first);
  }

  #placeOf({ seq, type }: Numbered): [Uint32Array | undefined, number, string] {
    const key = `${type === 'host.report' ? 'h' : 'r'}${Math.floor(seq / PAGE_LINES)}`;
    return [this.#pages.get(key), (seq % PAGE_LINES) * KNOWN_EACH, key];
  }
}

/** Never 0, which stands for no line. */
function printOf(line: string): number {
  return createHash('sha256').update(KEY).update(line).digest().readUInt32LE(0) || 1;
}
