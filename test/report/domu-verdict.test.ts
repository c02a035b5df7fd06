import { expect, test } from 'vitest';
import { domuVerdictOf, domuVerdictsIn } from '../../src/report/domu-verdict.ts';

test('a verdict is taken as it is when it is one', () => {
  const web1 = { name: 'web1', up: true, type: 'pvh', why: null, address: '2001:db8::21', seconds: 48 };
  expect(domuVerdictOf(web1)).toEqual(web1);
  expect(domuVerdictsIn(JSON.stringify([web1]))).toEqual([web1]);
});

test('what is no verdict is not up, and nobody else’s line suffers', () => {
  expect(domuVerdictsIn('[null, {"name": "db1", "up": 1, "address": ["-f"], "seconds": "abc"}]')).toEqual([
    { name: '?', up: false, why: 'its verdict cannot be read' },
    { name: 'db1', up: false, why: null, address: null, seconds: null },
  ]);
  for (const text of ['', 'Traceback', '{}', '[']) expect(domuVerdictsIn(text)).toBeNull();
});

test('why is one line, and draws nothing', () => {
  expect(domuVerdictOf({ name: 'web1', up: false, why: 'a\u001b[2J\r\nb\u2028c\u202ed\u009b' }).why).toBe(
    'a [2J b c d ',
  );
});
