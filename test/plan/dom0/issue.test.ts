/** What a host says at its consoles is found there. */
import { expect, test } from 'vitest';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { modelOf } from '../trees/model.ts';

test('consoles show what the first-boot check has for them: agetty reads /etc/issue.d', () => {
  expect(dom0Tree(modelOf()).links).toContainEqual({
    path: '/etc/issue.d/50-xenwright.issue',
    target: '../../run/xenwright/issue',
  });
});
