/** What the library of colours finds in the environment while it is loaded, and what later commands find there. */
import { afterEach, expect, test, vi } from 'vitest';
import { withColour } from '../../../src/ui/terminal/colour.ts';

afterEach(() => vi.unstubAllEnvs());

const words = (): readonly (string | undefined)[] => [process.env['FORCE_COLOR'], process.env['NO_COLOR']];

test.for([
  ['none', '1'],
  ['16', '1'],
  ['256', '2'],
  ['true', '3'],
] as const)('%s: never both words at once, of which Node.js warns on the screen', async ([colour, forced]) => {
  vi.stubEnv('NO_COLOR', '1');
  vi.stubEnv('FORCE_COLOR', undefined);
  expect(await withColour(colour, async () => words())).toEqual([forced, undefined]);
  expect(words()).toEqual([undefined, '1']);
});

test('both are as before, also when nothing could be loaded', async () => {
  vi.stubEnv('NO_COLOR', undefined);
  vi.stubEnv('FORCE_COLOR', '2');
  const load = async (): Promise<never> => await Promise.reject(new Error('gone'));
  await expect(withColour('none', load)).rejects.toThrow('gone');
  expect(words()).toEqual(['2', undefined]);
});
