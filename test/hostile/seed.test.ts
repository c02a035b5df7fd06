/** A seed repeats a hostile run. */
import { expect, test } from 'vitest';
import { oneOf, seededRandom } from './seed.ts';

test('the same seed makes the same choices, another seed others, all from 0 up to 1', () => {
  const made = (seed: number): number[] => Array.from({ length: 100 }, seededRandom(seed));
  expect(made(7)).toEqual(made(7));
  expect(made(7)).not.toEqual(made(8));
  expect(made(7).every((number) => number >= 0 && number < 1)).toBe(true);
  expect(new Set(Array.from({ length: 100 }, () => 0).map(() => oneOf(Math.random, [1, 2]))).size).toBe(2);
});
