/** What came in by POST: events of one run, looked at closely before anything is done with them. Pure. */
import { readEventLine, type EventHead } from '../report/event-schema.ts';
import type { ReportedEvent } from '../report/host-report.ts';

/**
 * One event: what counts of it, and the line that is kept, as it was sent. `event` null: of a type that is not shown
 * here.
 */
export interface ReceivedEvent {
  readonly head: EventHead;
  readonly event: ReportedEvent | null;
  readonly line: string;
}
/** `faults`: what was wrong with the other lines, for whoever has sent them. */
export interface Received {
  readonly run: string;
  readonly events: readonly ReceivedEvent[];
  readonly faults: readonly string[];
}

const MOST_FAULTS = 5;

/**
 * One line that is wrong does not take the others with it; lines of more than one run are nobody's, and none of them is
 * taken.
 */
export function receivedEvents(body: string): Received {
  const events: ReceivedEvent[] = [];
  const faults: string[] = [];
  for (const [index, line] of body.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = receivedEvent(line);
    if ('fault' in read) faults.push(`line ${index + 1}: ${read.fault}`);
    else events.push(read);
  }
  const run = events[0]?.head.run ?? '';
  if (events.some(({ head }) => head.run !== run))
    return { run: '', events: [], faults: ['events of more than one run'] };
  if (events.length === 0 && faults.length === 0) faults.push('no events');
  return {
    run,
    events,
    faults:
      faults.length > MOST_FAULTS
        ? [...faults.slice(0, MOST_FAULTS), `and ${faults.length - MOST_FAULTS} more`]
        : faults,
  };
}

/** One line, as it was sent or kept. */
export function receivedEvent(line: string): ReceivedEvent | { readonly fault: string } {
  const read = readEventLine(line);
  return 'fault' in read ? read : { ...read, line: line.trim() };
}

/**
 * A run's events and its host's reports have numbers of their own: a report may come before the last of a run that is
 * resumed later. After a power cut a run may have lost its last events, which were received: what it says then has
 * numbers that are known, and a later time than everything that is known.
 */
export class Numbers {
  #run = 0;
  #latestMs = 0;
  #host = 0;
  copy(): Numbers {
    const same = new Numbers();
    [same.#run, same.#latestMs, same.#host] = [this.#run, this.#latestMs, this.#host];
    return same;
  }
  /** Is it new? Then it counts as received. */
  take({ seq, type, time }: Pick<EventHead, 'seq' | 'type' | 'time'>): boolean {
    if (type === 'host.report') {
      if (seq <= this.#host) return false;
      this.#host = seq;
      return true;
    }
    const timeMs = Date.parse(time);
    if (seq <= this.#run && timeMs <= this.#latestMs) return false;
    this.#run = seq;
    this.#latestMs = Math.max(this.#latestMs, timeMs);
    return true;
  }
}
