/** Sets of devices, on machines that are pretended: what is idle is taken apart, what is in use really is. */
import { describe, expect, test } from 'vitest';
import { isReleasable } from '../../src/facts/disk-fit.ts';
import { diskInUse } from '../../src/facts/disk-in-use.ts';
import { probeDisks } from '../../src/facts/disks.ts';
import type { DiskProbePort } from '../../src/facts/probe-port.ts';

interface Node {
  readonly name: string;
  readonly kname?: string;
  readonly type?: string;
  readonly fstype?: string;
  readonly uuid?: string;
  readonly mountpoints?: readonly string[];
  readonly children?: readonly Node[];
}
interface Seen {
  /** Files and folders, by what kind: text, entries, or where a link points. */
  readonly files?: Readonly<Record<string, string>>;
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly says?: Readonly<Record<string, string>>;
  readonly mounts?: string;
  readonly claimed?: readonly string[];
}

/** Each device has its path as its number. */
function machine(disks: readonly Node[], seen: Seen): DiskProbePort {
  const whole = (node: Node): Record<string, unknown> => {
    const path = `/dev/${node.kname?.startsWith('dm-') === true ? 'mapper/' : ''}${node.name}`;
    const fixed = { size: 8_589_934_592, type: 'disk', path, 'maj:min': path, subsystems: 'block:scsi:pci' };
    return { ...fixed, ...node, children: node.children?.map(whole) ?? [] };
  };
  return {
    read: async (path) => seen.files?.[path] ?? null,
    readHex: async () => null,
    link: async (path) => seen.links?.[path] ?? null,
    list: async (folder) => [...(seen.lists?.[folder] ?? [])],
    run: async (argv) =>
      argv[0] === 'lsblk' ? JSON.stringify({ blockdevices: disks.map(whole) }) : (seen.says?.[argv.join(' ')] ?? null),
    device: async (path) => path,
    claim: async (path) => (seen.claimed?.includes(path) === true ? 'taken' : 'free'),
    mountTables: async () => [{ pid: 7, text: seen.mounts ?? '' }],
    openFiles: async () => [],
  };
}
/** Users of each disk, and of them those that keep it. */
async function used(
  disks: readonly Node[],
  seen: Seen = {},
): Promise<Record<string, { all: string[]; stay: string[] }>> {
  const probed = await probeDisks(machine(disks, seen));
  return Object.fromEntries(
    probed.disks.map(({ path, usedBy }) => [
      path.replace('/dev/', ''),
      { all: [...usedBy], stay: usedBy.filter((user) => !isReleasable(user)) },
    ]),
  );
}
const idle = (...all: string[]): object => ({ all, stay: [] });
const busy = (...all: string[]): object => ({ all, stay: all.filter((user) => !isReleasable(user)) });
const mapped = (name: string, type: string, kname: string, more: Partial<Node> = {}): Node => ({
  name,
  type,
  kname,
  ...more,
});

describe('bcache', () => {
  const cached = (more: Partial<Node> = {}): Node[] => [
    { name: 'sda', children: [{ name: 'bcache0', ...more }] },
    { name: 'sdb', children: [{ name: 'bcache0', ...more }] },
  ];

  test('that nobody uses is a leftover, on its disk and on its cache', async () => {
    expect(await used(cached())).toEqual({ sda: idle('bcache:bcache0'), sdb: idle('bcache:bcache0') });
  });

  test('that is mounted, or has a mounted volume on it, keeps both', async () => {
    const mounted = { sda: busy('/srv', 'bcache:bcache0'), sdb: busy('/srv', 'bcache:bcache0') };
    expect(await used(cached({ mountpoints: ['/srv'] }))).toEqual(mounted);
    const onTop = await used(cached({ children: [mapped('vg-a', 'lvm', 'dm-0', { mountpoints: ['/srv'] })] }));
    expect(onTop['sdb']).toEqual(busy('bcache:bcache0', '/srv', 'lvm:vg/a'));
  });

  test('has a cache that serves no disk, and a disk that waits for its cache: leftovers, though they are claimed', async () => {
    const lists = {
      '/sys/class/block/sdb/bcache': ['set', 'cache_replacement_policy'],
      '/sys/class/block/sdc/bcache': ['stop', 'running'],
    };
    expect(
      await used([{ name: 'sda' }, { name: 'sdb' }, { name: 'sdc' }], { lists, claimed: ['/dev/sdb', '/dev/sdc'] }),
    ).toEqual({ sda: idle(), sdb: idle('bcache:sdb'), sdc: idle('bcache:sdc') });
  });
});

describe('filesystems on several disks', () => {
  const UUID = '6a9b1a2c-0000-4000-8000-000000000001';
  const member = (name: string, fstype: string, more: Partial<Node> = {}): Node => ({
    name,
    fstype,
    uuid: UUID,
    ...more,
  });

  test('name those that the kernel has, and no copy that has the UUID too', async () => {
    const disks = [member('sda', 'btrfs', { mountpoints: ['/srv'] }), member('sdb', 'btrfs'), member('sdc', 'btrfs')];
    const mounts = '40 1 0:45 / /srv rw - btrfs /dev/sda rw\n';
    const lists = { '/sys/fs/btrfs': ['features', UUID], [`/sys/fs/btrfs/${UUID}/devices`]: ['sda', 'sdb'] };
    expect(await used(disks, { mounts, lists })).toEqual({ sda: busy('/srv'), sdb: busy('/srv'), sdc: idle() });
    // Whichever of them its mount names, and though nobody has told lsblk of their UUIDs.
    const bare: Node[] = [{ name: 'sda' }, { name: 'sdb', mountpoints: ['/srv'] }, { name: 'sdc' }];
    const ofSecond = { mounts: mounts.replace('sda', 'sdb'), lists };
    expect(await used(bare, ofSecond)).toEqual({ sda: busy('/srv'), sdb: busy('/srv'), sdc: idle() });
    // Mounted where nobody looks, such as a mount that was taken out of its tree.
    expect(await used(bare.with(1, { name: 'sdb' }), { lists })).toEqual({
      sda: busy(`btrfs:${UUID}`),
      sdb: busy(`btrfs:${UUID}`),
      sdc: idle(),
    });
    // Where the kernel does not tell, what may be in use is.
    expect((await used(disks, { mounts }))['sdc']).toEqual(busy(`btrfs:${UUID}`));
  });

  test('of bcachefs, also where its mount names one device, or none that is known here', async () => {
    const disks = [member('sda', 'bcachefs'), member('sdb', 'bcachefs'), member('sdc', 'bcachefs')];
    const seen: Seen = {
      lists: { '/sys/fs/bcachefs': [UUID], [`/sys/fs/bcachefs/${UUID}`]: ['dev-0', 'dev-1', 'internal'] },
      links: {
        [`/sys/fs/bcachefs/${UUID}/dev-0/block`]: '/sys/devices/pci0000:00/0000:00:05.0/host0/block/sda',
        [`/sys/fs/bcachefs/${UUID}/dev-1/block`]: '../../../../devices/virtual/block/sdb',
      },
    };
    expect(await used(disks, seen)).toEqual({
      sda: busy(`bcachefs:${UUID}`),
      sdb: busy(`bcachefs:${UUID}`),
      sdc: idle(),
    });
    const mounts = '40 1 0:45 / /srv rw - bcachefs /dev/sdb rw\n';
    expect(await used(disks, { ...seen, mounts })).toEqual({ sda: busy('/srv'), sdb: busy('/srv'), sdc: idle() });
  });
});

describe('ZFS', () => {
  const POOLS = { '/proc/spl/kstat/zfs': ['tank'] };
  const wipefs = JSON.stringify({
    signatures: ['sda', 'sdb', 'sdc'].map((device) => ({ device, type: 'zfs_member', label: 'tank' })),
  });
  const disks: Node[] = [{ name: 'sda' }, { name: 'sdb' }, { name: 'sdc' }, { name: 'sdd' }];
  const signed = Object.fromEntries(['sda', 'sdb', 'sdc', 'sdd'].map((name) => [`wipefs -J /dev/${name}`, wipefs]));
  // `zpool list -vHLP` of a mirror with a cache, as zpool-list(8) prints it.
  const LIST = [
    'tank\t7.5G\t110K\t7.50G\t-\t-\t0%\t0%\t1.00x\tONLINE\t-',
    '\tmirror-0\t7.5G\t110K\t7.50G\t-\t-\t0%\t0.00%\t-\tONLINE',
    '\t/dev/sda\t8G\t-\t-\t-\t-\t-\t-\t-\tONLINE',
    '\t/dev/sdb\t8G\t-\t-\t-\t-\t-\t-\t-\tONLINE',
    'cache\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-',
    '\t/dev/sdd\t8G\t-\t-\t-\t-\t-\t-\t-\tONLINE',
  ].join('\n');

  test('names the devices of imported pools, its caches too, and no old disk that has the name of one', async () => {
    const seen = { lists: POOLS, says: { ...signed, 'zpool list -vHLP': LIST }, claimed: ['/dev/sda', '/dev/sdd'] };
    expect(await used(disks, seen)).toEqual({
      sda: busy('zfs:tank'),
      sdb: busy('zfs:tank'),
      sdc: idle(),
      sdd: busy('zfs:tank'),
    });
  });

  test('goes by labels where its tool is missing, and by claims', async () => {
    const seen = { lists: POOLS, says: { 'wipefs -J /dev/sda': wipefs }, claimed: ['/dev/sdd'] };
    const found = await used(disks, seen);
    expect([found['sda'], found['sdd']]).toEqual([busy('zfs:tank'), busy('claimed:/dev/sdd')]);
  });
});

describe('mappings', () => {
  test('of any kind that nobody has open are leftovers; those of somebody are not', async () => {
    const OPEN = 'dmsetup info --columns --noheadings --separator   --options major,minor,open';
    const disks = [
      { name: 'sda', children: [mapped('secret', 'crypt', 'dm-1')] },
      { name: 'sdb', children: [mapped('snap', 'dm', 'dm-2')] },
      { name: 'sdc', children: [mapped('isw_a', 'dmraid', 'dm-3', { children: [mapped('isw_a1', 'part', 'dm-4')] })] },
    ];
    expect(await used(disks)).toEqual({
      sda: idle('crypt:secret'),
      sdb: idle('dm:snap'),
      sdc: idle('dm:isw_a', 'dm:isw_a1'),
    });
    const opened = await used(disks, { says: { [OPEN]: '' }, claimed: ['/dev/mapper/secret', '/dev/mapper/isw_a1'] });
    expect(opened['sda']?.stay).toEqual(['claimed:/dev/mapper/secret']);
    expect(opened['sdc']?.stay).toEqual(['claimed:/dev/mapper/isw_a1']);
  });

  test('of multipath are kept where they join several paths: then the disk is in use as it is meant to be', async () => {
    const map = (name: string): Node => mapped(name, 'mpath', 'dm-5');
    expect(
      await used([
        { name: 'sda', children: [map('mpatha')] },
        { name: 'sdb', children: [map('mpatha')] },
        { name: 'sdc', children: [map('mpathb')] },
      ]),
    ).toEqual({ sda: busy('mpath:mpatha'), sdb: busy('mpath:mpatha'), sdc: idle('dm:mpathb') });
  });

  test('that are not the device mapper’s are in use, such as DRBD', async () => {
    expect(await used([{ name: 'sda', children: [{ name: 'drbd0' }] }])).toEqual({ sda: busy('drbd:drbd0') });
    expect(diskInUse('/dev/sda', ['drbd:drbd0']).hint).toContain('drbdadm down');
  });
});

test('partitions of a disk that something has whole are claimed with it, and are no other use', async () => {
  // The kernel lets nobody open a partition alone while the whole disk is somebody's (bd_may_claim in block/bdev.c).
  const parted = (name: string, ...more: readonly Node[]): Node => ({
    name,
    children: [{ name: `${name}1`, type: 'part' }, ...more],
  });
  const disks = [
    parted('sda', mapped('sda-part1', 'part', 'dm-1')),
    parted('sdb', { name: 'md127', type: 'raid1' }),
    parted('sdc', mapped('mpatha', 'mpath', 'dm-2', { children: [mapped('mpatha-part1', 'part', 'dm-3')] })),
    parted('sdd', mapped('mpatha', 'mpath', 'dm-2', { children: [mapped('mpatha-part1', 'part', 'dm-3')] })),
    parted('sde'),
    parted('sdf'),
    parted('sdg'),
    parted('sdh'),
    {
      name: 'sdi',
      children: [
        { name: 'md5', type: 'raid1', children: [{ name: 'md5p1', type: 'part' }, mapped('vg-a', 'lvm', 'dm-4')] },
      ],
    },
  ];
  const claimed = ['sda1', 'sdb1', 'sdc1', 'sdd1', 'sde1', 'sdf1', 'sdg1', 'sdh1', 'md5p1'].map(
    (name) => `/dev/${name}`,
  );
  const lists = {
    '/sys/class/block/sde/holders': ['md9'],
    '/sys/class/block/sdg/bcache': ['set'],
    '/sys/kernel/config/target/core': ['iblock_0'],
    '/sys/kernel/config/target/core/iblock_0': ['store'],
  };
  const files = { '/sys/kernel/config/target/core/iblock_0/store/udev_path': '/dev/sdh\n' };
  expect(await used(disks, { lists, files, claimed })).toEqual({
    sda: idle('dm:sda-part1'),
    sdb: idle('md:md127'),
    sdc: busy('mpath:mpatha', 'dm:mpatha-part1'),
    sdd: busy('mpath:mpatha', 'dm:mpatha-part1'),
    sde: idle('md:md9'),
    // Nothing has the whole of it: somebody has the partition.
    sdf: busy('claimed:/dev/sdf1'),
    sdg: idle('bcache:sdg'),
    sdh: busy('target:store'),
    sdi: idle('md:md5', 'lvm:vg/a'),
  });
});

test('arrays are leftovers in any state: running, stopped half way, without their members, in a container', async () => {
  expect(
    await used(
      [
        {
          name: 'sda',
          children: [
            { name: 'md127', type: 'md' },
            { name: 'md126', type: 'raid1' },
          ],
        },
        { name: 'sdb' },
        { name: 'sdc', children: [{ name: 'md5', type: 'raid5', children: [{ name: 'md5p1', type: 'part' }] }] },
      ],
      { lists: { '/sys/class/block/sdb/holders': ['md9'] } },
    ),
  ).toEqual({ sda: idle('md:md127', 'md:md126'), sdb: idle('md:md9'), sdc: idle('md:md5') });
});
