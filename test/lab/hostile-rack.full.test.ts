/** A rack with hostile machines in it, for half an hour; the seed is printed. */
import { expect, test } from 'vitest';
import { hostileRack } from '../hostile/rack.ts';
import { hostileRun, LONG_MINUTES } from '../hostile/seed.ts';

test('of a thousand machines, a hundred of them hostile, every honest one is heard, again and again', async () => {
  const outcomes = await hostileRack(hostileRun('rack', { minutes: LONG_MINUTES }));
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ honest: 900, unheard: [], torn: [] });
    expect(outcome.mostMemoryMiB).toBeLessThan(1024);
    if (outcome.hasSecret) expect(outcome.forged).toBe(0);
  }
  process.stderr.write(
    `${outcomes.length} racks; at most ${Math.max(...outcomes.map(({ mostMemoryMiB }) => mostMemoryMiB)).toFixed(0)} MiB, the longest post ${Math.max(...outcomes.map(({ longestPostMs }) => longestPostMs))} ms\n`,
  );
});
