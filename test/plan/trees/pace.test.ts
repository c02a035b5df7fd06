import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { asset } from '../../assets.ts';

/**
 * How many are created at once after each of these creations: [seconds, how many there were beside each other, was time
 * lacking?].
 */
function paces(...creations: readonly (readonly [seconds: number, beside: number, late?: boolean])[]): number[] {
  const script =
    'import json, sys\nfrom xenwright_host.pace import Pace\npace, seen = Pace(), []\nfor seconds, beside, late in json.loads(sys.argv[1]):\n    pace.judge(seconds, late, beside)\n    seen.append(pace.at_once)\nprint(json.dumps(seen))';
  const { stdout, stderr } = spawnSync(
    'python3',
    ['-B', '-c', script, JSON.stringify(creations.map(([seconds, beside, late = false]) => [seconds, beside, late]))],
    { encoding: 'utf8', env: { ...process.env, PYTHONPATH: asset('host') } },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout) as number[];
}

it('one guest is created first, and one more at once while that takes far less than libxl’s 40 s', () => {
  expect(paces([1, 1], [1, 2], [1, 3], [1, 4], [1, 5], [1, 6], [1, 7], [1, 8], [1, 8])).toEqual([
    2, 3, 4, 5, 6, 7, 8, 8, 8,
  ]);
});

it('what one more would make too slow is not tried', () => {
  expect(paces([11, 1], [11, 1])).toEqual([1, 1]);
  // Measured while fewer were under way than may be by now: it says less of more.
  expect(paces([9, 1], [9, 1], [9, 1])).toEqual([2, 2, 2]);
});

it('there are half as many where it nears the limit, and one where time was lacking', () => {
  const fast = [
    [1, 1],
    [1, 2],
    [1, 3],
    [1, 4],
    [1, 5],
    [1, 6],
    [1, 7],
  ] as const;
  expect(paces(...fast, [21, 8], [25, 8], [30, 4]).slice(7)).toEqual([4, 2, 1]);
  expect(paces(...fast, [3, 8, true], [1, 1]).slice(7)).toEqual([1, 2]);
});
