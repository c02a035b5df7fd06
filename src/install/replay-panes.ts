/** `--replay FILE --ui panes`: a recorded run drawn again, in at most half a minute. */
import { setTimeout as delay } from 'node:timers/promises';
import { EXIT } from '../errors.ts';
import { parseEvents } from '../report/replay.ts';
import { Summary } from '../report/summary.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { panesSession, showPanes } from './panes.ts';

const LONGEST_MS = 30_000;
/** Shorter waits are no waits: many events happen at once. */
const LEAST_WAIT_MS = 20;

export async function replayPanes(file: string, io: CommandIo): Promise<number> {
  const events = parseEvents(await io.readText(file));
  const summary = new Summary();
  for (const event of events) summary.follow(event);
  const session = panesSession({ can: {}, isReplay: true }, {});
  const times = events.map(({ time }) => Date.parse(time));
  const [firstMs = 0] = times;
  const speed = Math.max(1, ((times.at(-1) ?? firstMs) - firstMs) / LONGEST_MS);
  const left = new AbortController();
  const play = async (): Promise<void> => {
    const begun = performance.now();
    for (const [index, event] of events.entries()) {
      const waitMs = ((times[index] ?? firstMs) - firstMs) / speed - (performance.now() - begun);
      if (waitMs > LEAST_WAIT_MS) await delay(waitMs, undefined, { signal: left.signal });
      session.push(event);
    }
    session.gone();
  };
  // Left before its end: the wait is over.
  play().catch(() => undefined);
  await showPanes(session);
  left.abort();
  io.out(summary.text());
  return EXIT.done;
}
