/** The ring of log lines: bounded, whole characters, filtered steps, search. */
import { expect, test } from 'vitest';
import { LogRing } from '../../../src/ui/run/log.ts';

const filled = (limit: number, lines: number): LogRing => {
  const ring = new LogRing(limit);
  for (let line = 1; line <= lines; line++)
    ring.push(line * 1000, line % 2 === 0 ? 'web1' : 'dom0', 'output', `line ${line}`);
  return ring;
};
const numbers = (lines: readonly { readonly number: number }[]): number[] => lines.map(({ number }) => number);

test('keeps the last ones and forgets the first', () => {
  const ring = filled(10, 25);
  expect([ring.first, ring.last, ring.at(15), ring.at(26)]).toEqual([16, 25, undefined, undefined]);
  expect(ring.at(16)).toEqual({ number: 16, timeMs: 16_000, domain: 'web1', kind: 'output', text: 'line 16' });
});

test('gives lines up to one, of all or of one domain', () => {
  const ring = filled(10, 25);
  expect(numbers(ring.upTo(25, 3, null))).toEqual([23, 24, 25]);
  expect(numbers(ring.upTo(25, 3, 'web1'))).toEqual([20, 22, 24]);
  expect(numbers(ring.upTo(17, 5, null))).toEqual([16, 17]);
  expect(ring.upTo(25, 3, 'nobody')).toEqual([]);
});

test('steps as far as there are lines that fit', () => {
  const ring = filled(10, 25);
  expect([
    ring.step(25, -2, null),
    ring.step(25, -2, 'web1'),
    ring.step(20, 100, 'web1'),
    ring.step(20, -100, 'dom0'),
    ring.step(20, 3, 'nobody'),
  ]).toEqual([23, 22, 24, 17, 20]);
});

test('finds a text, whatever its case, in both directions', () => {
  const ring = filled(100, 50);
  expect([
    ring.find('LINE 3', 51, -1, null),
    ring.find('line 3', 39, -1, 'web1'),
    ring.find('line 3', 3, 1, null),
    ring.find('line 3', 39, 1, null),
    ring.find('nothing', 51, -1, null),
  ]).toEqual([39, 38, 30, null, null]);
});

test('cuts a line that is too long between two characters, and keeps its neighbours whole', () => {
  const ring = new LogRing(3);
  ring.push(0, 'a', 'output', 'before');
  ring.push(0, 'a', 'output', '日'.repeat(1000));
  ring.push(0, 'a', 'error', 'after');
  expect([ring.at(1)?.text, ring.at(3)?.text]).toEqual(['before', 'after']);
  expect(ring.at(2)?.text).toMatch(/^日{100,}$/);
});
