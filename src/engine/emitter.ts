/**
 * Numbers and dates events and hands them to consumers. A consumer that throws is dropped: nothing right of the engine
 * stops it.
 */
import type { EventBody, RunEvent } from './events.ts';

export type Consumer = (event: RunEvent) => void;

export class Emitter {
  #seq: number;
  readonly #run: string;
  readonly #consumers: Set<Consumer>;

  readonly #onDropped: (error: unknown) => void;

  /** `lastSeq`: the last number used by an earlier part of the same run. `onDropped` hears of consumers that threw. */
  constructor(
    run: string,
    lastSeq: number,
    consumers: readonly Consumer[],
    onDropped: (error: unknown) => void = () => undefined,
  ) {
    this.#run = run;
    this.#seq = lastSeq;
    this.#consumers = new Set(consumers);
    this.#onDropped = onDropped;
  }

  get seq(): number {
    return this.#seq;
  }

  emit(body: EventBody): RunEvent {
    this.#seq += 1;
    const event = { seq: this.#seq, time: new Date().toISOString(), run: this.#run, ...body } as RunEvent;
    for (const consumer of this.#consumers) {
      try {
        consumer(event);
      } catch (error) {
        this.#consumers.delete(consumer);
        this.#onDropped(error);
      }
    }
    return event;
  }
}
