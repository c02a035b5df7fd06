import { expect, it } from 'vitest';
import { assertReachesArchives } from '../../src/install/unfit-bases.ts';
import { EXIT, XenwrightError } from '../../src/errors.ts';
import type { UnfitBase } from '../../src/facts/facts.ts';
import type { Facts } from '../../src/facts/facts.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { machineFacts, planOf, profileOf } from '../plan/host.ts';

const machine = machineFacts('sata-ssd-and-hdd');
const withUnfit = (...unfitBases: readonly UnfitBase[]): Facts => ({ ...machine, unfitBases });
const old = withUnfit({ name: 'ab', why: 'version' });
const commons = (plan: Plan): string[] =>
  plan.actions
    .filter((action) => action.kind === 'base.build' && action.params.base.role === 'common')
    .map(({ id }) => id);
const unreachable = async (): Promise<never> => {
  throw new XenwrightError({
    code: 'command-failed',
    exit: EXIT.action,
    message: 'mmdebstrap failed',
    lastLines: ['E: no route'],
  });
};

it('bases that cannot be used change nothing in the plan: they are built', () => {
  expect(planOf([], old)).toEqual(planOf([], machine));
});

it('nobody is asked for packages where the medium is as it should be', async () => {
  await assertReachesArchives(planOf([], machine), machine, profileOf(), new Set(), unreachable);
});

it('where packages can be had the install goes on: each release is asked for once', async () => {
  const asked: string[] = [];
  await assertReachesArchives(
    planOf(['domus.db1.release=bookworm'], old),
    old,
    profileOf(),
    new Set(),
    async ({ role, release }) => {
      asked.push(`${role} ${release}`);
    },
  );
  expect(asked.toSorted()).toEqual(['common bookworm', 'common trixie']);
});

it('where they cannot, it is refused with the reason of both', async () => {
  await expect(assertReachesArchives(planOf([], old), old, profileOf(), new Set(), unreachable)).rejects.toMatchObject({
    code: 'carried-bases-unfit',
    exit: EXIT.refused,
    message: expect.stringMatching(/another version.*trixie/),
    lastLines: ['E: no route'],
    hint: expect.stringContaining('nothing was written'),
  });
  const damaged = withUnfit({ name: 'ab', why: 'damaged' });
  await expect(
    assertReachesArchives(planOf([], damaged), damaged, profileOf(), new Set(), unreachable),
  ).rejects.toMatchObject({ message: expect.stringContaining('are damaged') });
});

it('a run that goes on, and has built them already, does not need the archive', async () => {
  const plan = planOf([], old);
  await assertReachesArchives(plan, old, profileOf(), new Set(commons(plan)), unreachable);
});
