/** Every kind of action is killed while it is at work, inside one appliance on tiny bases, and resumed (virtual machine; needs qemu-system-x86_64). */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { labPlan } from './bases.ts';
import { labFolder } from './support/cli.ts';
import { chain, oneOfEachKind } from './support/tiny-chain.ts';
import { tinyHost, type TinyHost, type TinyRun } from './support/tiny-host.ts';
import { TINY_LEAN } from './support/tiny-profiles.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const folder = labFolder('faults-kill');
let plan: Plan;
let host: TinyHost;
let whole: TinyRun;
let wanted = '';

beforeAll(async () => {
  if (!hasQemu) return;
  plan = await labPlan([], TINY_LEAN);
  host = await tinyHost(folder, { lvm: plan });
  whole = await host.run('lvm', 'whole');
  writeFileSync(join(folder, 'whole.log'), whole.said);
  wanted = await host.look('lvm', 'whole');
  writeFileSync(join(folder, 'whole.txt'), wanted);
});
afterAll(async () => { if (hasQemu) await host.close(); });

test.skipIf(!hasQemu)('an undisturbed run does every action of the plan (virtual machine)', () => {
  expect(whole.failures).toEqual([]);
  expect(whole.result).toBe('done');
  expect(wanted.match(/== check\nclean/g)?.length).toBeGreaterThanOrEqual(4);
});

test.skipIf(!hasQemu)('killed in the middle of every kind of action, the resumed run ends in the same state (virtual machine)', async () => {
  await host.rest();
  const kills = oneOfEachKind(plan, whole.times);
  expect(kills.length).toBeGreaterThanOrEqual(14);
  const last = await chain(host, 'lvm', 'killed', kills);
  expect(last).toMatchObject({ code: 0, result: 'done', failures: [] });
  const found = await host.look('lvm', 'killed');
  writeFileSync(join(folder, 'killed.txt'), found);
  expect(found).toBe(wanted);
});
