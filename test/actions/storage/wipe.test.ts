/**
 * No guest reads what was there before: volumes full of a canary are searched, whole, after all actions of a DomU that
 * write to them.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { makeImage } from '../../../src/actions/base-image.ts';
import { volumeWipe } from '../../../src/actions/storage/wipe.ts';
import { describe as commandsOf, handlers } from '../../../src/actions/table.ts';
import type { Action, ActionOf } from '../../../src/plan/action.ts';
import { extFeatures } from '../../../src/plan/storage/devices/ext4.ts';
import { imageFacts, planOf } from '../../plan/host.ts';
import { isRoot, workbench, type Workbench } from '../workbench.ts';
import { actionOf } from '../action-of.ts';

const MIB = 1024 * 1024;
const CANARY = Buffer.from('XW-CANARY-of-whoever-was-here-before\n');
const run = (...argv: string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A block device full of the canary. */
function usedDevice(bench: Workbench, name: string, sizeMiB: number): string {
  const file = join(bench.folder, name);
  const block = Buffer.alloc(MIB, CANARY);
  const out = openSync(file, 'w');
  for (let index = 0; index < sizeMiB; index++) writeSync(out, block);
  closeSync(out);
  const device = run('losetup', '--find', '--show', file).trim();
  onTestFinished(() => {
    run('losetup', '--detach', device);
  });
  return device;
}

/** Where a device still has a piece of the canary; -1 where it has none. */
function findCanary(device: string): number {
  const piece = CANARY.subarray(0, 12);
  const file = openSync(device, 'r');
  const block = Buffer.alloc(MIB + piece.length);
  try {
    for (let offset = 0; ; offset += MIB) {
      const length = readSync(file, block, 0, block.length, offset);
      if (length === 0) return -1;
      const at = block.subarray(0, length).indexOf(piece);
      if (at >= 0) return offset + at;
    }
  } finally {
    closeSync(file);
  }
}
const wipeOf = (device: string, by: 'device' | 'zeros'): ActionOf<'volume.wipe'> =>
  actionOf('volume.wipe', { device, by }, 'web1/wipe/web1-root', 'web1');

test.skipIf(!isRoot)('the search finds a canary that is there', () => {
  expect(findCanary(usedDevice(workbench(), 'volume', 3))).toBe(0);
});

test.skipIf(!isRoot).each(['device', 'zeros'] as const)(
  'a volume reads as zeros from its first to its last byte (%s)',
  async (by) => {
    const bench = workbench();
    const device = usedDevice(bench, 'volume', 9);
    await volumeWipe.apply(wipeOf(device, by), bench.context);
    expect(run('cmp', '--bytes', String(9 * MIB), device, '/dev/zero')).toBe('');
  },
);

test.skipIf(!isRoot)('a device that somebody has mounted is refused, and keeps what it has', async () => {
  const bench = workbench();
  const device = usedDevice(bench, 'volume', 32);
  run('mke2fs', '-q', '-F', device);
  const at = join(bench.folder, 'at');
  mkdirSync(at);
  run('mount', device, at);
  onTestFinished(() => {
    run('umount', at);
  });
  await expect(volumeWipe.apply(wipeOf(device, 'zeros'), bench.context)).rejects.toMatchObject({
    code: 'command-failed',
  });
  expect(run('blkid', '--probe', '--output', 'value', '--match-tag', 'TYPE', device)).toBe('ext2\n');
});

test('it goes forward in ranges that leave no byte out, tells how far it is, and ends past the cache of the disk', async () => {
  const ran: string[][] = [];
  const told: number[][] = [];
  const bench = workbench({
    exec: async (argv) => {
      ran.push([...argv]);
      return { exitCode: 0, stdout: argv[0] === 'blockdev' ? `${1300 * MIB + 512}\n` : '', stderr: '' };
    },
    progress: (done, total) => {
      told.push([done, total]);
    },
  });
  await volumeWipe.apply(wipeOf('/dev/vg0/web1-root', 'zeros'), bench.context);
  expect(ran.slice(1)).toEqual([
    ['blkdiscard', '--zeroout', '--offset=0', `--length=${512 * MIB}`, '/dev/vg0/web1-root'],
    ['blkdiscard', '--zeroout', `--offset=${512 * MIB}`, `--length=${512 * MIB}`, '/dev/vg0/web1-root'],
    ['blkdiscard', '--zeroout', `--offset=${1024 * MIB}`, `--length=${276 * MIB + 512}`, '/dev/vg0/web1-root'],
    ['sync', '/dev/vg0/web1-root'],
  ]);
  expect(told).toEqual([
    [512, 1300],
    [1024, 1300],
    [1300, 1300],
  ]);
});

/** A DomU whose plan is carried out with devices of this machine in place of its volumes. */
async function installedOn(bench: Workbench, changes: readonly string[]): Promise<string[]> {
  writeFileSync(join(bench.tree, 'file'), Buffer.alloc(3 * MIB, 'base'));
  mkdirSync(join(bench.store, 'hash'));
  await makeImage(
    {
      role: 'domu',
      distribution: 'debian',
      release: 'trixie',
      architecture: 'amd64',
      packages: [],
      sources: [],
      proxy: null,
      parent: null,
      features: extFeatures('trixie'),
      initrd: null,
    },
    bench.tree,
    join(bench.store, 'hash'),
    bench.context,
  );
  const { actions } = planOf(['domus.web1.type=hvm', ...changes], { ...imageFacts(), kind: 'machine' });
  const devices = new Map<string, string>();
  for (const action of actions.filter(({ domain }) => domain === 'web1')) {
    if (action.kind === 'storage.make' && action.params.node.type === 'lvm-volume') {
      const name = action.id.slice(action.id.lastIndexOf('/') + 1);
      devices.set(`${action.params.under[0]?.path}/${name}`, usedDevice(bench, name, 150));
      continue;
    }
    if (action.kind !== 'volume.wipe' && action.kind !== 'storage.make' && action.kind !== 'base.write') continue;
    const deviceFor = (planned: string): string => devices.get(planned) ?? 'not made before';
    const params =
      action.kind === 'storage.make'
        ? { ...action.params, under: action.params.under.map((one) => ({ ...one, path: deviceFor(one.path) })) }
        : {
            ...action.params,
            device: deviceFor(action.params.device),
            ...('hash' in action.params ? { hash: 'hash' } : {}),
          };
    await handlers[action.kind].apply({ ...action, params } as Action as never, bench.context);
  }
  return [...devices.values()];
}

test.skipIf(!isRoot)(
  'after all that writes to the volumes of a DomU, no byte of before is in any of them',
  async () => {
    const devices = await installedOn(workbench(), []);
    expect(devices).toHaveLength(4);
    for (const device of devices) expect(findCanary(device), device).toBe(-1);
  },
  120_000,
);

test.skipIf(!isRoot)(
  'with `wipe: none` what was there is still there: it is the wipe that takes it away',
  async () => {
    const devices = await installedOn(workbench(), ['host.storage.wipe=none']);
    // mke2fs discards what it formats, and loop devices read as zeros after that.
    expect(devices.filter((device) => findCanary(device) >= 0)).toHaveLength(3);
  },
  120_000,
);

test('what was zeroed is not discarded after that by the filesystem that is made on it', () => {
  const discards = (changes: readonly string[]): Record<string, boolean> =>
    Object.fromEntries(
      planOf(changes, { ...imageFacts(), kind: 'machine' }).actions.flatMap((action) =>
        action.kind === 'storage.make' && action.params.node.type === 'ext4'
          ? [[action.id, !commandsOf(action).some(({ argv }) => argv.includes('nodiscard'))]]
          : [],
      ),
    );
  expect(discards([])).toEqual({
    'dom0/filesystem/boot': true,
    'dom0/filesystem/cache': true,
    'web1/filesystem/web1-srv': false,
  });
  expect(discards(['host.storage.wipe=none'])['web1/filesystem/web1-srv']).toBe(true);
});
