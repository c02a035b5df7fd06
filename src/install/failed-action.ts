/** What failed first in a run, and how far it came, read out of its events: whichever process carried it out. */
import { join } from 'node:path';
import { FirstFailure, type FailedAction } from '../report/first-failure.ts';
import { HowFar, type FarRun } from '../report/how-far.ts';
import { eventsFile } from '../system/run/events-file.ts';

/** Null: nothing did, or the events cannot be read. */
export async function failedAction(stateFolder: string): Promise<FailedAction | null> {
  const first = new FirstFailure();
  await eventsFile(join(stateFolder, 'events.ndjson'))
    .readOn((event) => first.follow(event))
    .catch(() => undefined);
  return first.get();
}

/** Null: no run has begun, or the events cannot be read. */
export async function howFar(stateFolder: string): Promise<FarRun | null> {
  const far = new HowFar();
  await eventsFile(join(stateFolder, 'events.ndjson'))
    .readOn((event) => far.follow(event))
    .catch(() => undefined);
  return far.get();
}
