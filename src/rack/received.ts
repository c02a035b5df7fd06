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

/** So much is read before others have their turn. */
const PIECE_CHARACTERS = 64 * 1024;

/**
 * One line that is wrong does not take the others with it; lines of more than one run are nobody's, and none of them is
 * taken. `rest` is waited for between the pieces of a long body, so that it holds up nobody.
 */
export async function receivedEvents(
  body: string,
  rest: () => Promise<void> = async () => undefined,
): Promise<Received> {
  const events: ReceivedEvent[] = [];
  const faults: string[] = [];
  let [faultCount, lineNumber, restedAt] = [0, 0, 0];
  for (let from = 0; from < body.length;) {
    const newline = body.indexOf('\n', from);
    const end = newline === -1 ? body.length : newline;
    const line = body.slice(from, end);
    from = end + 1;
    lineNumber += 1;
    if (from - restedAt > PIECE_CHARACTERS) {
      await rest();
      restedAt = from;
    }
    if (line.trim() === '') continue;
    const read = receivedEvent(line);
    if (!('fault' in read)) events.push(read);
    else if ((faultCount += 1) <= MOST_FAULTS) faults.push(`line ${lineNumber}: ${read.fault}`);
  }
  const run = events[0]?.head.run ?? '';
  if (events.some(({ head }) => head.run !== run))
    return { run: '', events: [], faults: ['events of more than one run'] };
  if (events.length === 0 && faultCount === 0) faults.push('no events');
  return {
    run,
    events,
    faults: faultCount > MOST_FAULTS ? [...faults, `and ${faultCount - MOST_FAULTS} more`] : faults,
  };
}

/** One line, as it was sent or kept. */
export function receivedEvent(line: string): ReceivedEvent | { readonly fault: string } {
  const read = readEventLine(line);
  return 'fault' in read ? read : { ...read, line: line.trim() };
}
