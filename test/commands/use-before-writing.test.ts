/**
 * What is asked for before the first write of a run: every disk and every image, but for what an earlier part of this
 * run has put there.
 */
import { beforeEach, expect, test, vi } from 'vitest';
import { refuseUsedTargets } from '../../src/install/run-state.ts';
import { planOf } from '../plan/host.ts';
import { newDisks } from '../../src/plan/storage/graph.ts';

let asked: string[] = [];
let users: string[] = [];
vi.mock('../../src/facts/disks.ts', async (original) => ({
  ...(await original<object>()),
  probeUsersOfAll: async (_: unknown, paths: readonly string[]) => {
    asked.push(...paths);
    return new Map(paths.map((path) => [path, users.map((user) => ({ user, isSwap: user === 'swap' }))]));
  },
}));
// The disks of the plan are on no machine.
vi.mock('node:fs/promises', async (original) => ({
  ...(await original<object>()),
  realpath: async (path: string) => path,
}));
vi.mock('../../src/system/process/probe-port.ts', () => ({ systemProbe: () => ({ device: async () => '8:0' }) }));
vi.mock('../../src/facts/disk-uses.ts', async (original) => ({
  ...(await original<object>()),
  probeImagesUsers: async () => new Map(),
}));
beforeEach(() => {
  [asked, users] = [[], []];
});

const plan = planOf();
const disk = newDisks(plan)[0]?.path ?? '';
const journal = (...entries: readonly object[]) => ({
  append: async () => undefined,
  lines: async () =>
    (entries.length === 0 ? [] : [{ entry: 'run', run: 'r', planHash: plan.hash }, ...entries]).map((entry) =>
      JSON.stringify(entry),
    ),
});
const partitioned = { entry: 'finished', id: 'host/disk/partition', seq: 1 };

test('a guest, a mount or an open volume of any name ends the run before it begins', async () => {
  for (const user of ['xen:web1', '/srv', 'lvm:xenvg/root (open)', 'claimed:/dev/sda']) {
    users = [user];
    await expect(refuseUsedTargets(plan, [], journal())).rejects.toMatchObject({
      code: 'disk-in-use',
      exit: 4,
      message: `${disk} is in use: ${user}`,
    });
  }
  expect(asked).toEqual([disk, disk, disk, disk]);
});

test('what only udev has put together is no use, and swap is taken back', async () => {
  users = ['lvm:old/root', 'md:md127', 'swap'];
  await refuseUsedTargets(plan, [], journal());
});

test('a run that goes on finds its own group and its own mounts, and nobody else may be there', async () => {
  users = ['lvm:vg_xen1/root (open)', '/run/xenwright/mnt/dom0'];
  await refuseUsedTargets(plan, [], journal(partitioned));
  await expect(refuseUsedTargets(plan, [], journal())).rejects.toMatchObject({ code: 'disk-in-use' });
  users = [...users, 'xen:web1'];
  await expect(refuseUsedTargets(plan, [], journal(partitioned))).rejects.toMatchObject({
    code: 'disk-in-use',
    message: `${disk} is in use: xen:web1`,
  });
});

test('a run that is complete writes nothing, so nobody is asked', async () => {
  users = ['/'];
  await refuseUsedTargets(plan, [], journal(partitioned, { entry: 'complete', seq: 2 }));
  expect(asked).toEqual([]);
});
