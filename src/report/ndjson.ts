/** Events as NDJSON, one object a line: what `--ui json` prints. */
import type { RunEvent } from '../engine/events.ts';
import { jsonText } from '../clean-text.ts';

/** A consumer that writes every event as one line. */
export function ndjsonConsumer(write: (line: string) => void): (event: RunEvent) => void {
  return (event) => write(`${jsonText(event)}\n`);
}
