/** Hostile servers, for as long as a unit test may take. The full lab has them for long. */
import { expect, test } from 'vitest';
import { hostileRun } from './seed.ts';
import { hostileServers } from './servers.ts';

test('whoever asks a hostile server has an answer or an error of the source', async () => {
  const { asked, wrong } = await hostileServers(hostileRun('servers', { seconds: 2 }));
  expect(wrong).toEqual([]);
  expect(asked).toBeGreaterThan(0);
}, 180_000);
