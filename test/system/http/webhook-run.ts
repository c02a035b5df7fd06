/**
 * A pretended run that reports, in a process that can be killed: FOLDER URL EVENTS-PER-SECOND. Goes on where the file
 * ends.
 */
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { RunEvent } from '../../../src/engine/events.ts';
import { openState } from '../../../src/system/run/state.ts';
import { openWebhook } from '../../../src/system/http/webhook.ts';

const [, , folder = '', url = '', perSecond = '100'] = process.argv;
const state = await openState(join(folder));
const webhook = openWebhook({
  url,
  secret: null,
  hostname: 'xen1',
  folder,
  earlierSeq: state.earlier.lastSeq,
  timing: { lingerMs: 5, retryMs: () => 20 },
});
for (let seq = state.earlier.lastSeq + 1; ; seq++) {
  const event: RunEvent = {
    seq,
    time: new Date().toISOString(),
    run: 'r1',
    type: 'action.progress',
    id: 'a',
    done: seq,
    total: 1_000,
    unit: 'MiB',
  };
  state.writeEvent(event);
  webhook.publish(event);
  await wait(1_000 / Number(perSecond));
}
