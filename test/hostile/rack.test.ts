/** A rack with hostile machines in it, for as long as a unit test may take. The full lab has it for long. */
import { expect, test } from 'vitest';
import { hostileRack } from './rack.ts';
import { hostileRun } from './seed.ts';

test('of a thousand machines, a hundred of them hostile, every honest one is heard, and the server stays small', async () => {
  for (const outcome of await hostileRack(hostileRun('rack', { seconds: 1 }))) {
    expect(outcome).toMatchObject({ honest: 900, unheard: [], torn: [] });
    expect(outcome.mostMemoryMiB).toBeLessThan(1024);
    if (outcome.hasSecret) expect(outcome.forged).toBe(0);
  }
}, 180_000);
