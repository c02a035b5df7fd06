/** Events out of a recorded stream, to draw a run again (`--replay FILE`). A torn last line is normal after a kill. */
import type { RunEvent } from '../engine/events.ts';
import { EXIT, XenwrightError } from '../errors.ts';

/** The events in the text of an events file. Throws `not-events` (exit 2) for anything that is no such file. */
export function parseEvents(text: string): RunEvent[] {
  const lines = text.split('\n');
  const events: RunEvent[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue;
    const event = parseEvent(line);
    if (event !== null) events.push(event);
    else if (index < lines.length - 1) throw new XenwrightError({ code: 'not-events', exit: EXIT.usage, message: `line ${index + 1} is not an event`, hint: 'name the events.ndjson of a run (in its state folder)' });
  }
  if (events.length === 0) throw new XenwrightError({ code: 'not-events', exit: EXIT.usage, message: 'there is no event in it', hint: 'name the events.ndjson of a run (in its state folder)' });
  return events;
}

function parseEvent(line: string): RunEvent | null {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === 'object' && value !== null && 'seq' in value && 'type' in value && 'run' in value) return value as RunEvent;
  } catch {
    // Not JSON: not an event.
  }
  return null;
}
