import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { storageMake } from '../../../src/actions/storage/make.ts';
import { diskRelease, parseHolders, releaseCommands } from '../../../src/actions/storage/release.ts';
import type { ExecResult } from '../../../src/actions/kind.ts';
import { tableDifference, type GptNode } from '../../../src/plan/storage/devices/gpt.ts';
import type { DeviceNode, Under } from '../../../src/plan/storage/graph.ts';
import { planOf } from '../../plan/host.ts';
import { at, filesystemOf, group, madeBy, making, table as tableOf, volumeIn } from '../../plan/storage/devices.ts';
import { workbench } from '../workbench.ts';
import { actionOf } from '../action-of.ts';

const run = (...argv: string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const ok = (stdout = '', exitCode = 0): ExecResult => ({ exitCode, stdout, stderr: '' });

/** What a device is made by, run as it stands. */
function makeHere(node: DeviceNode, under: readonly Under[]): void {
  for (const { argv } of storageMake.commands(making(node, under)))
    if (argv[0] !== 'blockdev' && argv[0] !== 'udevadm') run(...argv);
}

test('the planned table, written to a disk and read back, is the planned table', () => {
  const bench = workbench();
  const disk = join(bench.folder, 'disk');
  run('truncate', '--size=64G', disk);
  const { uuid: diskUuid, partitions } = madeBy<GptNode>(planOf(), 'host/disk/partition');
  makeHere(tableOf(diskUuid ?? '', partitions), [at(disk)]);
  const table = run('sfdisk', '--json', disk);
  expect(tableDifference(table, partitions)).toBeNull();
  expect(table.toLowerCase()).toContain(diskUuid ?? '?');
  const [first] = partitions;
  if (first === undefined) throw new Error('no partitions');
  expect(tableDifference(table, [{ ...first, startMiB: 2 }, ...partitions.slice(1)])).toBe(
    'partition 1 starts at sector 2048',
  );
  expect(tableDifference(table, partitions.slice(1))).toMatch(/instead of/);
  expect(tableDifference(table, [{ ...first, uuid: '0'.repeat(36) }, ...partitions.slice(1)])).toMatch(
    /does not have the GUID/,
  );
});

test.each([
  {
    filesystem: 'ext4',
    uuid: '11111111-2222-4333-8444-555555555555',
    label: 'xw-boot',
    features: ['has_journal', 'extent', 'filetype'],
  },
  { filesystem: 'swap', uuid: '11111111-2222-4333-8444-555555555556', label: 'web1-swap', features: [] },
  { filesystem: 'vfat', uuid: 'ABCD-1234', label: 'XW-ESP', features: [] },
] as const)('$filesystem gets its UUID and label, over whatever was there, without a question', (wanted) => {
  const bench = workbench();
  const device = join(bench.folder, 'volume');
  run('truncate', '--size=100M', device);
  run('mke2fs', '-q', '-F', device);
  makeHere(filesystemOf(wanted.filesystem, wanted), [at(device)]);
  const tags = run('blkid', '--probe', '--output', 'export', device);
  expect(tags).toContain(`TYPE=${wanted.filesystem}`);
  expect(tags).toContain(`UUID=${wanted.uuid}`);
  expect(tags).toContain(`LABEL=${wanted.label}`);
  if (wanted.filesystem === 'ext4')
    expect(run('dumpe2fs', '-h', device)).toMatch(/Filesystem features: +has_journal filetype extent\n/);
});

const OLD_HOST = JSON.stringify({
  blockdevices: [
    {
      path: '/dev/sda',
      type: 'disk',
      mountpoints: [null],
      children: [
        {
          path: '/dev/sda1',
          type: 'part',
          mountpoints: [null],
          children: [
            {
              path: '/dev/md0',
              type: 'raid1',
              mountpoints: [null],
              children: [
                { path: '/dev/mapper/old-root', type: 'lvm', mountpoints: [null] },
                { path: '/dev/mapper/old-swap', type: 'lvm', mountpoints: ['[SWAP]'] },
              ],
            },
          ],
        },
        {
          path: '/dev/sda2',
          type: 'part',
          mountpoints: [null],
          children: [{ path: '/dev/md0', type: 'raid1', mountpoints: [null] }],
        },
      ],
    },
  ],
});

test('what lies on an old disk is released from the top down, each thing once', () => {
  expect(
    parseHolders(OLD_HOST)
      .flatMap(releaseCommands)
      .map((argv) => argv.join(' ')),
  ).toEqual([
    'dmsetup remove --retry /dev/mapper/old-root',
    'swapoff /dev/mapper/old-swap',
    'dmsetup remove --retry /dev/mapper/old-swap',
    'mdadm --stop /dev/md0',
  ]);
});

test('a disk with a mounted filesystem is refused, with the command that lets go of it', async () => {
  const ran: string[] = [];
  const bench = workbench({
    exec: async (argv) => {
      ran.push(argv.join(' '));
      return ok(
        JSON.stringify({
          blockdevices: [
            {
              path: '/dev/sda',
              type: 'disk',
              mountpoints: [null],
              children: [{ path: '/dev/sda1', type: 'part', mountpoints: ['/srv'] }],
            },
          ],
        }),
      );
    },
  });
  await expect(diskRelease.apply(actionOf('disk.release', { disk: '/dev/sda' }), bench.context)).rejects.toMatchObject({
    code: 'disk-mounted',
    exit: 4,
    hint: expect.stringContaining('umount /srv'),
  });
  expect(ran.some((command) => command.startsWith('wipefs'))).toBe(false);
});

test('a disk that somebody uses unseen is refused before anything on it is released, and he is named', async () => {
  const ran: string[] = [];
  const bench = workbench({
    diskUsers: async () => ['xen:web1'],
    exec: async (argv) => {
      ran.push(argv[0] as string);
      return ok(OLD_HOST);
    },
  });
  await expect(diskRelease.apply(actionOf('disk.release', { disk: '/dev/sda' }), bench.context)).rejects.toMatchObject({
    code: 'disk-in-use',
    exit: 4,
    message: '/dev/sda is in use: xen:web1',
  });
  expect(ran).toEqual(['lsblk']);
});

test('an array that will not stop is refused after two rounds, with the exact command', async () => {
  const ran: string[] = [];
  const bench = workbench({
    exec: async (argv) => {
      ran.push(argv.join(' '));
      return ok(argv[0] === 'lsblk' ? OLD_HOST : '');
    },
  });
  await expect(diskRelease.apply(actionOf('disk.release', { disk: '/dev/sda' }), bench.context)).rejects.toMatchObject({
    code: 'disk-held',
    exit: 4,
    message: expect.stringContaining('/dev/mapper/old-root (lvm)'),
    hint: expect.stringContaining('dmsetup remove --retry /dev/mapper/old-root'),
  });
  expect(ran.filter((command) => command === 'mdadm --stop /dev/md0')).toHaveLength(2);
});

test('a volume group of that name on other disks is refused, and left alone', async () => {
  const ran: string[] = [];
  const bench = workbench({
    exec: async (argv) => {
      ran.push(argv[0] as string);
      return argv[0] === 'pvs' ? ok('', 5) : ok('  /dev/sdz1\n');
    },
  });
  await expect(storageMake.apply(making(group('vg0'), [at('/dev/sda4')]), bench.context)).rejects.toMatchObject({
    code: 'group-exists',
    message: expect.stringContaining('/dev/sdz1'),
  });
  expect(ran).toEqual(['pvs', 'vgs']);
});

test('a resumed run takes its own group and volumes as they are', async () => {
  const ran: string[] = [];
  const bench = workbench({
    exec: async (argv) => {
      ran.push(argv[0] as string);
      return ok(argv[0] === 'pvs' ? '  vg0\n' : argv[0] === 'lvs' ? '  1024.00\n' : '');
    },
  });
  await storageMake.apply(making(group('vg0'), [at('/dev/sda4')]), bench.context);
  await storageMake.apply(making(volumeIn('root', 1024), [at('/dev/vg0')]), bench.context);
  expect(ran).toEqual(['pvs', 'vgs', 'vgchange', 'lvs', 'lvchange']);
  await expect(
    storageMake.apply(making(volumeIn('root', 2048), [at('/dev/vg0')]), bench.context),
  ).rejects.toMatchObject({ code: 'volume-differs' });
});
