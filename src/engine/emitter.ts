/** Numbers and dates events and hands them to consumers. A consumer that throws is dropped: nothing right of the engine stops it. */
import type { EventBody, RunEvent } from './events.ts';

export type Consumer = (event: RunEvent) => void;

export class Emitter {
  #seq: number;
  readonly #run: string;
  readonly #consumers: Set<Consumer>;

  /** `lastSeq`: the last number used by an earlier part of the same run. */
  constructor(run: string, lastSeq: number, consumers: readonly Consumer[]) {
    this.#run = run;
    this.#seq = lastSeq;
    this.#consumers = new Set(consumers);
  }

  get seq(): number { return this.#seq; }

  emit(body: EventBody): RunEvent {
    this.#seq += 1;
    const event = { seq: this.#seq, time: new Date().toISOString(), run: this.#run, ...body } as RunEvent;
    for (const consumer of this.#consumers) {
      try {
        consumer(event);
      } catch {
        this.#consumers.delete(consumer);
      }
    }
    return event;
  }
}
