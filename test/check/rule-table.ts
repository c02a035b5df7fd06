/** Tables of rules: one row a change of a sound profile, and what is found of it. */
import { describe, expect, test } from 'vitest';
import { codesWith } from './cases.ts';

export type Case = readonly [name: string, sets: readonly string[], expected: readonly string[]];

/** One test a row: these changes of a sound profile give exactly these findings. */
export function table(title: string, cases: readonly Case[]): void {
  describe(title, () => {
    test.each(cases)('%s', (_, sets, expected) => {
      expect(codesWith(sets)).toEqual(expected);
    });
  });
}

/** Two DomUs in place of the profile's. */
export const TWO = (first: string, second: string): string[] => [`domus=[${first}, ${second}]`];
/** These bridges in place of the profile's. */
export const BRIDGES = (...bridges: string[]): string => `host.network={bridges: [${bridges.join(', ')}]}`;
