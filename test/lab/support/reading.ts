/** What a person at a screen does: waits for words among those that were not read yet. Text comes bit by bit. */

const LOOK_MS = 200;
const LAST_CHARACTERS = 1500;

export class Reading {
  readonly #clean: (text: string) => string;
  #unread = '';
  #ended = false;

  /** `clean` takes away what is no text; it sees the same text again with more behind it. */
  constructor(clean: (text: string) => string = (text) => text) {
    this.#clean = clean;
  }

  take(text: string): void {
    this.#unread += text;
  }

  /** Nothing comes after this. */
  end(): void {
    this.#ended = true;
  }

  /** Waits for words, and takes all until their end as read. Throws after the limit, and at the end of the text. */
  async sees(words: RegExp, limitMs: number): Promise<RegExpExecArray> {
    const found = await this.waitsFor((text) => words.exec(text), words.source, limitMs);
    this.#unread = this.#clean(this.#unread).slice(found.index + found[0].length);
    return found;
  }

  /** Waits until a look at what is unread finds something. It stays unread. `name`: what an error says was awaited. */
  async waitsFor<T>(look: (unread: string) => T | null, name: string, limitMs: number): Promise<T> {
    for (const untilMs = Date.now() + limitMs; ;) {
      // Before the look: what came last is looked at, too.
      const isLast = this.#ended || Date.now() >= untilMs;
      const found = look(this.#clean(this.#unread));
      if (found !== null) return found;
      if (isLast) break;
      await new Promise((resolve) => {
        setTimeout(resolve, LOOK_MS);
      });
    }
    throw new Error(`not seen: ${name}; the last on screen:\n${this.#clean(this.#unread).slice(-LAST_CHARACTERS)}`);
  }

  /** Takes all that has come so far as read. */
  skip(): void {
    this.#unread = '';
  }
}
