/** Events out of a recorded stream, to draw a run again (`--replay FILE`). A torn last line is normal after a kill. */
import type { RunEvent } from '../engine/events.ts';
import { EXIT, failure } from '../errors.ts';
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
      throw failure('not-events.line', EXIT.usage, { line: index + 1, fault: read.fault });
  }
  if (events.length === 0) throw failure('not-events.empty', EXIT.usage);
  return events;
}
