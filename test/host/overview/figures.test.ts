/** What `xl list` says of memory and processors, and what has changed between two of them. */
import { expect, test } from 'vitest';
import { isSame, parseFigures, sharesBetween } from '../../../src/host/overview/figures.ts';

const HEAD = 'Name                                        ID   Mem VCPUs\tState\tTime(s)\n';
const list = (seconds: number, flags = '-b----'): string =>
  `${HEAD}Domain-0                                     0  1024     2     r-----     100.1
web 1                                        3   384     1     ${flags}     ${seconds.toFixed(1)}\n`;

test('Dom0 and DomUs, also with blanks in their names', () => {
  expect(parseFigures(list(12.5))).toEqual([
    { number: 0, name: 'Domain-0', memoryMiB: 1024, vcpus: 2, flags: 'r-----', seconds: 100.1 },
    { number: 3, name: 'web 1', memoryMiB: 384, vcpus: 1, flags: '-b----', seconds: 12.5 },
  ]);
  expect(parseFigures('libxl: error: nothing')).toEqual([]);
});

test('shares are parts of one processor; who was not there before has none', () => {
  const [before, now] = [parseFigures(list(10)), parseFigures(list(12.5))];
  expect(sharesBetween(before, now, 10_000)).toEqual(
    new Map([
      [0, 0],
      [3, 0.25],
    ]),
  );
  expect(sharesBetween([], now, 10_000).size).toBe(0);
  // A clock that stands still, or a number that another domain has now.
  expect(sharesBetween(before, now, 0).size).toBe(0);
  expect(sharesBetween(now, before, 10_000).get(3)).toBe(0);
});

test('running and idle are the same, pausing and crashing are not', () => {
  const idle = parseFigures(list(10));
  expect(isSame(idle, parseFigures(list(11, 'r-----')))).toBe(true);
  expect(isSame(idle, parseFigures(list(10, '--p---')))).toBe(false);
  expect(isSame(idle, parseFigures(list(10, '---sc-')))).toBe(false);
  expect(isSame(idle, parseFigures(HEAD))).toBe(false);
});
