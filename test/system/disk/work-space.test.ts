import { expect, test } from 'vitest';
import { missingBases, workspace } from '../../../src/system/disk/work-space.ts';
import { BASES_FOLDER, SCRATCH_FOLDER } from '../../../src/system/run/install-targets.ts';
import { planOf } from '../../plan/host.ts';

test('bases that no store has are missing, each of them', async () => {
  expect((await missingBases(planOf(), '/nowhere')).map(({ kind }) => kind)).toEqual(
    planOf()
      .actions.filter(({ kind }) => kind === 'base.build')
      .map(({ kind }) => kind),
  );
});

test('a host that is written needs no room to build, and hears nothing of it', async () => {
  const plan = planOf();
  let told = '';
  expect(
    await workspace(plan, new Set(plan.actions.map(({ id }) => id)), (text) => {
      told += text;
    }),
  ).toEqual({ bases: BASES_FOLDER, scratch: SCRATCH_FOLDER });
  expect(told).toBe('');
});
