/** Events out of a recorded stream, to draw a run again (`--replay FILE`). A torn last line is normal after a kill. */
import type { RunEvent } from '../engine/events.ts';
import { EXIT, XenwrightError } from '../errors.ts';
import { readEventLine } from './event-schema.ts';

/**
 * The events in the text of an events file; those of types that are not known here, and a host's reports, are passed
 * over. Throws `not-events` (exit 2) for anything that is no such file.
 */
export function parseEvents(text: string): RunEvent[] {
  const lines = text.split('\n');
  const events: RunEvent[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const read = readEventLine(line);
    if (!('fault' in read)) {
      if (read.event !== null && read.event.type !== 'host.report') events.push(read.event);
    } else if (index < lines.length - 1)
      throw new XenwrightError({
        code: 'not-events',
        exit: EXIT.usage,
        message: `line ${index + 1} is not an event: ${read.fault}`,
        hint: 'name the events.ndjson of a run (in its state folder)',
      });
  }
  if (events.length === 0)
    throw new XenwrightError({
      code: 'not-events',
      exit: EXIT.usage,
      message: 'there is no event in it',
      hint: 'name the events.ndjson of a run (in its state folder)',
    });
  return events;
}
