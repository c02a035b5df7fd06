/**
 * Every kind of action is killed while it is at work, inside one appliance on tiny bases, and resumed (virtual machine;
 * needs qemu-system-x86_64).
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { labPlan } from './bases.ts';
import { emptyDisk } from './support/appliance.ts';
import { labFolder } from './support/cli.ts';
import { chain, oneOfEachKind } from './support/tiny-chain.ts';
import { tinyHost, type TinyHost, type TinyRun } from './support/tiny-host.ts';
import { TINY_LEAN } from './support/tiny-profiles.ts';

const hasQemu = existsSync('/usr/bin/qemu-system-x86_64');
const isRoot = process.getuid?.() === 0;
const folder = labFolder('faults-kill');
const small = join(folder, 'small');
let plan: Plan;
let host: TinyHost;
let whole: TinyRun;
let wanted = '';

beforeAll(async () => {
  if (!hasQemu) return;
  plan = await labPlan([], TINY_LEAN);
  if (isRoot) {
    mkdirSync(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8M', 'xw-small', small]);
  }
  host = await tinyHost(folder, { lvm: plan }, isRoot ? [emptyDisk(small, 'host', 64)] : []);
  whole = await host.run('lvm', 'whole');
  writeFileSync(join(folder, 'whole.log'), whole.said);
  wanted = await host.look('lvm', 'whole');
  writeFileSync(join(folder, 'whole.txt'), wanted);
});
afterAll(async () => {
  if (!hasQemu) return;
  await host.close();
  if (isRoot) execFileSync('umount', ['--lazy', small]);
});

test.skipIf(!hasQemu)('an undisturbed run does every action of the plan (virtual machine)', () => {
  expect(whole.failures).toEqual([]);
  expect(whole.result).toBe('done');
  expect(wanted.match(/== check\nclean/g)?.length).toBeGreaterThanOrEqual(4);
});

test.skipIf(!hasQemu)(
  'killed in the middle of every kind of action, the resumed run ends in the same state (virtual machine)',
  async () => {
    await host.rest();
    const kills = oneOfEachKind(plan, whole.times);
    expect(kills.length).toBeGreaterThanOrEqual(14);
    const last = await chain(host, 'lvm', 'killed', kills);
    expect(last).toMatchObject({ code: 0, result: 'done' });
    expect(last.failures.map(([, { code }]) => code).filter((code) => code !== 'interrupted')).toEqual([]);
    const found = await host.look('lvm', 'killed');
    writeFileSync(join(folder, 'killed.txt'), found);
    expect(found).toBe(wanted);
  },
);

test.skipIf(!hasQemu || !isRoot)(
  'an image that cannot grow any more ends the appliance with its name, instead of standing still (virtual machine)',
  async () => {
    const writing = host.say('dd if=/dev/urandom of=/dev/disk/by-id/virtio-xw-disk1 bs=1M count=32 oflag=direct');
    await expect(writing).rejects.toMatchObject({
      code: 'disk-full',
      exit: 5,
      message: expect.stringContaining(join(small, 'host.img')),
      hint: expect.stringContaining('--resume'),
    });
  },
  120_000,
);
