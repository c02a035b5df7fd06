/** Hostile media and hostile servers, for half an hour each; the seed is printed. */
import { expect, test } from 'vitest';
import { hostileMedia } from '../hostile/media.ts';
import { hostileRun, LONG_MINUTES } from '../hostile/seed.ts';
import { hostileServers } from '../hostile/servers.ts';

test('every look at a hostile medium ends, with an answer or an error of the source', async () => {
  expect((await hostileMedia(hostileRun('media', { minutes: LONG_MINUTES }))).wrong).toEqual([]);
});

test('whoever asks a hostile server has an answer or an error of the source', async () => {
  expect((await hostileServers(hostileRun('servers', { minutes: LONG_MINUTES }))).wrong).toEqual([]);
});
