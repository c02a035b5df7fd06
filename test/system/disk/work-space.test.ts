import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ActionOf } from '../../../src/plan/action.ts';
import { BASE_RECIPE } from '../../../src/plan/base-recipe.ts';
import { missingBases, workspace } from '../../../src/system/disk/work-space.ts';
import { BASES_FOLDER, SCRATCH_FOLDER } from '../../../src/system/run/install-targets.ts';
import { planOf } from '../../plan/host.ts';

type BaseBuild = ActionOf<'base.build'>['params'];

test('bases that no store has are missing, each of them', async () => {
  expect((await missingBases(planOf(), '/nowhere')).map(({ kind }) => kind)).toEqual(
    planOf()
      .actions.filter(({ kind }) => kind === 'base.build')
      .map(({ kind }) => kind),
  );
});

test('a base that is torn is missing like one that is not there, so that what builds it is at hand', async () => {
  const store = mkdtempSync(join(tmpdir(), 'xw-work-'));
  const builds = planOf().actions.filter((action) => action.kind === 'base.build');
  const [whole, torn] = builds.map(({ params }) => params) as [BaseBuild, BaseBuild];
  for (const { hash, base } of [whole, torn]) {
    mkdirSync(join(store, hash));
    writeFileSync(join(store, hash, 'manifest.json'), JSON.stringify({ recipe: BASE_RECIPE, hash, base }));
  }
  writeFileSync(join(store, torn.hash, 'manifest.json'), '{"recipe":');
  const missing = (await missingBases(planOf(), store)).map(({ params }) => params.hash);
  expect(missing).toContain(torn.hash);
  expect(missing).not.toContain(whole.hash);
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
