import { inEnglish } from '../../../src/i18n/english.ts';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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
  const said = (wanted: typeof partitions): string => inEnglish(tableDifference(table, wanted) ?? 'nothing');
  expect(said([{ ...first, startMiB: 2 }, ...partitions.slice(1)])).toBe('partition 1 starts at sector 2048');
  expect(said(partitions.slice(1))).toMatch(/instead of/);
  expect(said([{ ...first, uuid: '0'.repeat(36) }, ...partitions.slice(1)])).toMatch(/does not have the GUID/);
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
    parseHolders(OLD_HOST, '/dev/sda')
      .flatMap(releaseCommands)
      .map((argv) => argv.join(' ')),
  ).toEqual([
    'dmsetup remove --retry /dev/mapper/old-root',
    'swapoff /dev/mapper/old-swap',
    'dmsetup remove --retry /dev/mapper/old-swap',
    'mdadm --stop /dev/md0',
  ]);
});

test('mappings of every kind are removed, also those that lsblk calls partitions; only the disk and its own stay', () => {
  const node = (path: string, kname: string, type: string, children: object[] = []): object => ({
    ...{ path, kname, type, mountpoints: [null], children },
  });
  const found = parseHolders(
    JSON.stringify({
      blockdevices: [
        node('/dev/sda', 'sda', 'disk', [
          node('/dev/sda1', 'sda1', 'part', [node('/dev/mapper/c', 'dm-1', 'crypt')]),
          node('/dev/mapper/m', 'dm-2', 'mpath', [node('/dev/mapper/m-part1', 'dm-3', 'part')]),
          node('/dev/md127', 'md127', 'md'),
          node('/dev/bcache0', 'bcache0', 'disk'),
        ]),
      ],
    }),
    '/dev/disk/by-id/ata-sda',
  );
  expect(found.flatMap(releaseCommands).map((argv) => argv.join(' '))).toEqual([
    'dmsetup remove --retry /dev/mapper/c',
    'dmsetup remove --retry /dev/mapper/m-part1',
    'dmsetup remove --retry /dev/mapper/m',
    'mdadm --stop /dev/md127',
  ]);
});

describe('bcache', () => {
  const bench = (
    exitCode: number,
    stays: boolean,
  ): { readonly ran: string[]; readonly context: ReturnType<typeof workbench>['context'] } => {
    const ran: string[] = [];
    const { context } = workbench({
      exec: async (argv) => {
        ran.push(argv[0] === 'sh' ? `stop ${argv.slice(5).join(' ')}` : argv.join(' '));
        const children = stays || ran.length === 1 ? [{ path: '/dev/bcache0', kname: 'bcache0', type: 'disk' }] : [];
        if (argv[0] === 'lsblk')
          return ok(JSON.stringify({ blockdevices: [{ path: '/dev/sda', kname: 'sda', type: 'disk', children }] }));
        return ok('', argv[0] === 'sh' ? exitCode : 0);
      },
    });
    return {
      ran,
      context: {
        ...context,
        diskUsers: async () => [],
        files: { ...context.files, exists: async (path) => path === '/sys/class/block/sda/bcache' && ran.length < 4 },
      },
    };
  };
  const release = actionOf('disk.release', { disk: '/dev/sda' });

  test('is stopped before the disk is wiped, and its device is not taken for a part of the disk', async () => {
    const { ran, context } = bench(0, false);
    await diskRelease.apply(release, context);
    expect(ran.filter((command) => /^(stop|wipefs)/.test(command)).slice(0, 2)).toEqual([
      'stop sda 120',
      'wipefs --all --force /dev/sda',
    ]);
    expect(ran.join()).not.toContain('wipefs --all --force /dev/bcache0');
  });

  test('that is not done with other disks is refused, and nothing was written', async () => {
    const { ran, context } = bench(1, false);
    await expect(diskRelease.apply(release, context)).rejects.toMatchObject({
      code: 'disk-held',
      exit: 4,
      hint: expect.stringContaining('/sys/class/block/sda/bcache/stop') as string,
    });
    expect(ran.join()).not.toContain('wipefs');
  });

  test('is asked to write back and to stop by the files that the kernel has for it, and is waited for', () => {
    const { folder } = workbench();
    const stop = readFileSync('assets/build/stop-bcache.sh', 'utf8').replaceAll('/sys/class/block', folder);
    for (const name of ['cache/bcache/set', 'backing/bcache']) run('mkdir', '-p', join(folder, name));
    for (const name of ['cache/bcache/set/unregister', 'backing/bcache/stop']) run('touch', join(folder, name));
    const stopped = (name: string): number | null => spawnSync('sh', ['-e', '-c', stop, 'sh', name, '0']).status;
    expect([stopped('cache'), stopped('backing'), stopped('none')]).toEqual([1, 1, 0]);
    for (const name of ['cache/bcache/set/unregister', 'backing/bcache/stop'])
      expect(readFileSync(join(folder, name), 'utf8')).toBe('1\n');
  });
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

test('what stands on a disk is asked for as a tree: lsblk gives one only with its column NAME', async () => {
  const asked: string[][] = [];
  const bench = workbench({
    exec: async (argv) => {
      if (argv[0] === 'lsblk') asked.push([...argv]);
      return ok(argv[0] === 'lsblk' ? '{"blockdevices":[{"path":"/dev/sda","type":"disk","mountpoints":[]}]}' : '');
    },
  });
  await diskRelease.apply(actionOf('disk.release', { disk: '/dev/sda' }), bench.context);
  expect(asked.map((argv) => argv[argv.indexOf('--output') + 1]?.split(',')[0])).toEqual(asked.map(() => 'NAME'));
  expect(asked.length).toBeGreaterThan(0);
});

test('a list without a tree is not believed: what is not the disk stands on it', () => {
  const flat =
    '{"blockdevices":[{"path":"/dev/md10","kname":"md10","type":"raid1"},{"path":"/dev/sda","kname":"sda","type":"disk"}]}';
  const found = parseHolders(flat, '/dev/sda');
  expect(found.map(({ path }) => path)).toEqual(['/dev/md10', '/dev/sda']);
  expect(found.flatMap(releaseCommands)).toEqual([['mdadm', '--stop', '/dev/md10']]);
});
