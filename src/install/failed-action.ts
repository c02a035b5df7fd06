/** What failed first in a run, read out of its events: whichever process carried it out. */
import { join } from 'node:path';
import { FirstFailure, type FailedAction } from '../report/first-failure.ts';
import { eventsFile } from '../system/run/events-file.ts';

/** Null: nothing did, or the events cannot be read. */
export async function failedAction(stateFolder: string): Promise<FailedAction | null> {
  const first = new FirstFailure();
  await eventsFile(join(stateFolder, 'events.ndjson'))
    .readOn((event) => first.follow(event))
    .catch(() => undefined);
  return first.get();
}
