/** Users of disks that lsblk does not show, on machines that are pretended. */
import { describe, expect, test } from 'vitest';
import { diskInUse } from '../../src/facts/disk-in-use.ts';
import { parseMountInfo, probeImagesUsers, shown } from '../../src/facts/disk-uses.ts';
import { probeDisks, probeUsers } from '../../src/facts/disks.ts';
import type { DiskProbePort, OpenFile } from '../../src/facts/probe-port.ts';
import { describeCandidate, selectDisks } from '../../src/facts/select-disks.ts';
import { parseBackends } from '../../src/facts/xen-backends.ts';
import { inEnglish } from '../../src/i18n/english.ts';

interface Node {
  readonly name: string;
  readonly kname?: string;
  readonly number: string;
  readonly type?: string;
  readonly fstype?: string;
  readonly uuid?: string;
  readonly mountpoints?: readonly string[];
  readonly children?: readonly Node[];
}
interface Seen {
  readonly disks: readonly Node[];
  readonly files?: Readonly<Record<string, string>>;
  readonly says?: Readonly<Record<string, string>>;
  readonly mounts?: readonly (readonly [number, string])[];
  readonly claimed?: readonly string[];
  readonly open?: readonly OpenFile[];
  readonly aliases?: Readonly<Record<string, string>>;
}

const imageUsers = async (port: DiskProbePort, path: string): Promise<string[] | undefined> =>
  (await probeImagesUsers(port, [{ path, file: '8:1 5' }])).get(path);

function machine({
  disks,
  files = {},
  says = {},
  mounts = [],
  claimed = [],
  open = [],
  aliases = {},
}: Seen): DiskProbePort {
  const whole = (node: Node): Record<string, unknown> => ({
    size: 8_589_934_592,
    type: 'disk',
    path: `/dev/${node.type === 'lvm' || node.type === 'crypt' ? 'mapper/' : ''}${node.name}`,
    'maj:min': node.number,
    ro: false,
    rm: false,
    rota: false,
    subsystems: 'block:scsi:pci',
    ...node,
    children: node.children?.map(whole) ?? [],
  });
  const numbers = new Map<string, string>(Object.entries(aliases));
  const name = (node: Node): void => {
    numbers.set(`/dev/${node.name}`, node.number);
    node.children?.forEach(name);
  };
  disks.forEach(name);
  const below = (folder: string): string[] => [
    ...new Set(
      Object.keys(files)
        .filter((path) => path.startsWith(`${folder}/`))
        .map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''),
    ),
  ];
  return {
    read: async (path) => files[path] ?? null,
    readHex: async () => null,
    link: async () => null,
    list: async (folder) => below(folder),
    run: async (argv) =>
      argv[0] === 'lsblk' ? JSON.stringify({ blockdevices: disks.map(whole) }) : (says[argv.join(' ')] ?? null),
    device: async (path) => numbers.get(path) ?? null,
    claim: async (path) => (claimed.includes(path) ? 'taken' : 'free'),
    mountTables: async () => mounts.map(([pid, text]) => ({ pid, text })),
    openFiles: async () => open,
  };
}
async function users(seen: Seen): Promise<Record<string, readonly string[]>> {
  return Object.fromEntries((await probeDisks(machine(seen))).disks.map(({ path, usedBy }) => [path, usedBy]));
}
const part = (name: string, number: string, more: Partial<Node> = {}): Node => ({
  name,
  number,
  type: 'part',
  ...more,
});
const lvm = (name: string, number: string, kname: string): Node => ({ name, number, kname, type: 'lvm' });
const sda: Node = { name: 'sda', number: '8:0', children: [part('sda1', '8:1')] };
const sdb: Node = { name: 'sdb', number: '8:16' };

describe('the second disk of a filesystem', () => {
  test('of a bcachefs is in use by its UUID, and by the claim alone where nothing tells of it', async () => {
    const member = (node: Node): Node => ({ ...node, children: [], fstype: 'bcachefs', uuid: 'b-1' });
    const mounted = '40 1 0:45 / /srv rw - bcachefs /dev/sda:/dev/sdb rw\n';
    expect(
      await users({ disks: [{ ...member(sda), mountpoints: ['/srv'] }, member(sdb)], mounts: [[7, mounted]] }),
    ).toEqual({ '/dev/sda': ['/srv'], '/dev/sdb': ['/srv'] });
    expect(
      await users({
        disks: [{ ...member(sda), mountpoints: ['/srv'] }, member(sdb)],
        mounts: [[7, mounted.replace(':/dev/sdb', '')]],
      }),
    ).toEqual({ '/dev/sda': ['/srv'], '/dev/sdb': ['bcachefs:b-1'] });
    expect(await users({ disks: [sda, sdb], claimed: ['/dev/sdb'] })).toEqual({
      '/dev/sda': [],
      '/dev/sdb': ['claimed:/dev/sdb'],
    });
  });

  test('of a btrfs that only another namespace has mounted is in use', async () => {
    const member = (node: Node): Node => ({ ...node, children: [], fstype: 'btrfs', uuid: 'u-1' });
    expect(
      await users({
        disks: [member(sda), member(sdb)],
        mounts: [
          [7, '1 0 0:1 / / rw - ext4 /dev/root rw\n'],
          [99, String.raw`40 1 0:50 /data /mnt/a\040b rw shared:1 - btrfs /dev/sda rw`],
        ],
      }),
    ).toEqual({ '/dev/sda': ['/mnt/a b (mounts of process 99)'], '/dev/sdb': ['btrfs:u-1'] });
  });

  test('a copy of a filesystem, which has its UUID too, is not', async () => {
    const copy = (node: Node, at: readonly string[]): Node => ({
      ...node,
      children: [],
      fstype: 'ext4',
      uuid: 'e-1',
      mountpoints: at,
    });
    expect(
      await users({ disks: [copy(sda, ['/']), copy(sdb, [])], mounts: [[7, '1 0 8:0 / / rw - ext4 /dev/sda rw\n']] }),
    ).toEqual({ '/dev/sda': ['/'], '/dev/sdb': [] });
  });
});

describe('guests of Xen', () => {
  const DOM0 = { '/proc/xen/capabilities': 'control_d\n', '/sys/hypervisor/type': 'xen\n' };
  const STORE = [
    '/local/domain/0/name = "Domain-0"',
    '/local/domain/3/name = "web1"',
    '/local/domain/4/name = "files\u001b[2J"',
    '/local/domain/0/backend/vbd/3/51712/physical-device = "fd:2"',
    '/local/domain/0/backend/vbd/3/51712/params = "/dev/vg0/web1-root"',
    '/local/domain/0/backend/vbd/3/51712/mode = "w"',
    '/local/domain/0/backend/qdisk/4/51712/params = "aio:/dev/disk/by-id/scsi-B"',
    '/local/domain/0/backend/vbd3/9/51712/tapdisk-params = "vhd:/srv/x.vhd"',
    '/local/domain/5/backend/vbd/3/51728/physical-device = "8:0"',
    '/local/domain/5/backend/vbd/3/51728/params = "/dev/sda"',
  ].join('\n');
  const disks: Node[] = [
    {
      name: 'sda',
      number: '8:0',
      children: [part('sda1', '8:1', { children: [lvm('vg0-web1--root', '253:2', 'dm-2')] })],
    },
    sdb,
  ];

  test('have their disks although the kernel lets anybody else open them: by number, in hexadecimal, and by path', async () => {
    const says = { 'xenstore-ls -f /local/domain': STORE, 'xenstore-read domid': '0\n' };
    expect(await users({ disks, files: DOM0, says, aliases: { '/dev/disk/by-id/scsi-B': '8:16' } })).toEqual({
      '/dev/sda': ['lvm:vg0/web1-root', 'xen:web1'],
      '/dev/sdb': ['xen:files?[2J'],
    });
    expect(parseBackends(STORE, '0')).toContainEqual({ guest: 'web1', device: '253:2', path: '/dev/vg0/web1-root' });
    expect(parseBackends(STORE, '0')).toContainEqual({ guest: '9', device: null, path: '/srv/x.vhd' });
    // Another domain's devices have other numbers.
    expect(parseBackends(STORE, '5')).toEqual([{ guest: 'web1', device: '8:0', path: '/dev/sda' }]);
    expect(await imageUsers(machine({ disks, files: DOM0, says }), '/srv/x.vhd')).toEqual(['xen:9']);
  });

  test('whoever has all of a disk has its partitions, and the volumes on it', async () => {
    const store = [
      '/local/domain/3/name = "web1"',
      '/local/domain/0/backend/vbd/3/51712/physical-device = "8:0"',
      '/local/domain/0/backend/vbd/3/51712/params = "/dev/sda"',
    ].join('\n');
    const says = { 'xenstore-ls -f /local/domain': store, 'xenstore-read domid': '0\n' };
    const aliases = { '/dev/vg0/web1-root': '253:2' };
    const port = machine({ disks, files: DOM0, says, aliases });
    for (const path of ['/dev/sda', '/dev/sda1', '/dev/vg0/web1-root'])
      expect([path, (await probeUsers(port, path))?.map(({ user }) => user)]).toEqual([
        path,
        expect.arrayContaining(['xen:web1']),
      ]);
    expect(await probeUsers(port, '/dev/sdb')).toEqual([]);
  });

  test('an image is used below a loop that knows it by another path, as after the end of a mount namespace', async () => {
    const says = {
      'losetup --list --noheadings --output NAME,BACK-MAJ:MIN,BACK-INO': '/dev/loop2 8:1 6\n/dev/loop3 8:1 5\n',
    };
    const files = { '/sys/class/block/loop3/loop/backing_file': '/x.img\n' };
    expect(await imageUsers(machine({ disks: [], files, says }), '/srv/x.img')).toEqual(['loop:loop3']);
  });

  test('an image that the system swaps to is in use', async () => {
    const files = { '/proc/swaps': 'Filename\t\t\t\tType\n/srv/x.img                              file\t\t4\n' };
    expect(await imageUsers(machine({ disks: [], files }), '/srv/x.img')).toEqual(['swap']);
  });

  test('a Dom0 whose xenstore does not answer proves nothing: no disk is free, and the hint says what is missing', async () => {
    expect(await users({ disks, files: DOM0 })).toMatchObject({ '/dev/sdb': ['xenstore (no answer)'] });
    expect(diskInUse('/dev/sdb', ['xenstore (no answer)']).hint).toContain('apt-get install xenstore-utils');
    // A guest, or a machine without Xen, has no guests of its own.
    for (const files of [{ '/sys/hypervisor/type': 'xen\n' }, {}])
      expect(await users({ disks, files })).toMatchObject({ '/dev/sdb': [] });
  });
});

test('loops, targets, holders, swap and processes are users of what they have open', async () => {
  const files = {
    '/sys/class/block/loop3/loop/backing_file': '/dev/sda1 (deleted)\n',
    '/sys/class/block/loop4/loop/backing_file': '/srv/image\n',
    '/sys/kernel/config/target/core/fileio_0/lun1/udev_path': '/dev/disk/by-id/B\n',
    '/sys/kernel/config/nvmet/subsystems/nqn.2026-01.example:c/namespaces/1/device_path': '/dev/sdc\n',
    '/sys/kernel/config/nvmet/subsystems/nqn.2026-01.example:c/namespaces/1/enable': '1\n',
    '/sys/class/block/sdd/holders/drbd0': '',
    '/proc/swaps': 'Filename\tType\n/dev/mapped\tpartition\t1\n',
  };
  const disk = (name: string, number: string): Node => ({ name, number });
  expect(
    await users({
      disks: [sda, sdb, disk('sdc', '8:32'), disk('sdd', '8:48'), disk('sde', '8:64'), disk('sdf', '8:80')],
      files,
      aliases: { '/dev/disk/by-id/B': '8:16', '/dev/mapped': '8:64' },
      open: [
        { pid: 12, program: 'qemu-system\n-x86', path: '/dev/sdf', device: '8:80' },
        { pid: 13, program: 'log', path: '/var/log/x', device: null },
      ],
    }),
  ).toEqual({
    '/dev/sda': ['loop:loop3'],
    '/dev/sdb': ['target:lun1'],
    '/dev/sdc': ['nvme-target:nqn.2026-01.example:c'],
    '/dev/sdd': ['holder:drbd0'],
    '/dev/sde': ['swap'],
    '/dev/sdf': ['process:qemu-system?-x86 (12)'],
  });
});

test('a volume that somebody has open is told from an idle one by device-mapper, too, and an idle one is not asked for its claim', async () => {
  const disks: Node[] = [
    {
      name: 'sda',
      number: '8:0',
      children: [part('sda1', '8:1', { children: [lvm('vg-a', '253:0', 'dm-0'), lvm('vg-b', '253:1', 'dm-1')] })],
    },
  ];
  const says = { 'dmsetup info --columns --noheadings --separator   --options major,minor,open': '253 0 1\n253 1 0\n' };
  // The partition below is claimed by LVM itself.
  expect(await users({ disks, says, claimed: ['/dev/sda1', '/dev/sda'] })).toEqual({
    '/dev/sda': ['lvm:vg/a (open)', 'lvm:vg/b'],
  });
  expect(await users({ disks, claimed: ['/dev/mapper/vg-b'] })).toEqual({
    '/dev/sda': ['lvm:vg/a', 'lvm:vg/b', 'claimed:/dev/mapper/vg-b'],
  });
});

test('a volume that is looked at alone is in use while a program only reads from it', async () => {
  const disks: Node[] = [{ name: 'sda', number: '8:0', children: [lvm('vg-a', '253:0', 'dm-0')] }];
  const says = (count: number) => ({
    'dmsetup info --columns --noheadings --separator   --options major,minor,open': `253 0 ${count}\n`,
  });
  expect(await probeUsers(machine({ disks, says: says(1) }), '/dev/mapper/vg-a')).toEqual([
    { user: 'open:vg-a', isSwap: false },
  ]);
  expect(await probeUsers(machine({ disks, says: says(0) }), '/dev/mapper/vg-a')).toEqual([]);
});

test('an array that lacks members and does not run is a leftover, although it holds its disk', async () => {
  const port = machine({ disks: [sdb], files: { '/sys/class/block/sdb/holders/md127': '' }, claimed: ['/dev/sdb'] });
  const { disks } = await probeDisks(port);
  expect(disks[0]?.usedBy).toEqual(['md:md127']);
  expect(selectDisks([{ largest: true, count: 1 }], disks, { overwrite: 'any' }).problems).toEqual([]);
});

test('a group is named where LVM does not say it, and one on a device that is no disk is known', async () => {
  const metadata = '\nvg_old {\nid = "TfoGtr-DuSH-KbRY-taPN-ioPT-cGbZ-OUPbQF"\nseqno = 1\n';
  const disks = [{ ...sdb, fstype: 'LVM2_member' }];
  const {
    disks: [disk],
  } = await probeDisks(machine({ disks, says: { 'dd if=/dev/sdb bs=1M count=1 status=none': metadata } }));
  expect(disk?.holds).toEqual([{ path: '/dev/sdb', type: 'LVM2_member', label: null, group: 'vg_old' }]);
  const pvs = JSON.stringify({
    report: [
      {
        pv: [
          { pv_name: '/dev/sdb', vg_name: 'a' },
          { pv_name: '/dev/loop7', vg_name: 'b' },
        ],
      },
    ],
  });
  expect(
    (await probeDisks(machine({ disks, says: { 'pvs --readonly --reportformat json -o pv_name,vg_name': pvs } })))
      .otherGroups,
  ).toEqual([{ path: '/dev/loop7', group: 'b' }]);
});

test('a disk that is in use is out for every selector, and who uses it is said', async () => {
  const { disks } = await probeDisks(
    machine({
      disks: [sda, sdb],
      claimed: ['/dev/sdb'],
      open: [{ pid: 5, program: 'dd', path: '/dev/sda1', device: '8:1' }],
    }),
  );
  for (const selector of [
    { largest: true, count: 1 },
    { path: '/dev/sdb', count: 1 },
  ]) {
    const {
      problems: [problem],
    } = selectDisks([selector], disks, { overwrite: 'any' });
    expect(problem?.candidates.map((candidate) => inEnglish(describeCandidate(candidate))).join()).toMatch(
      /in use: process:dd \(5\)[^]*in use: claimed:\/dev\/sdb/,
    );
  }
});

test('a disk that does not answer is asked once, not for each of its partitions', async () => {
  const asked: string[] = [];
  const port = machine({
    disks: [{ name: 'sda', number: '8:0', children: [part('sda1', '8:1'), part('sda2', '8:2')] }, sdb],
  });
  await probeDisks({
    ...port,
    claim: async (path) => {
      asked.push(path);
      return path.startsWith('/dev/sda') ? 'silent' : 'free';
    },
  });
  expect(asked).toEqual(['/dev/sda1', '/dev/sdb']);
});

test('tables of mounts are read with their escapes, and broken lines are left out', () => {
  expect(
    parseMountInfo(`${String.raw`36 35 98:0 /a /mnt\011x rw,noatime master:1 - ext3 /dev/r\040t rw`}\n36 35\nx - y\n`),
  ).toEqual([{ device: '98:0', at: '/mnt\tx', type: 'ext3', source: '/dev/r t' }]);
});

test('names that guests and programs give themselves reach no terminal as more than text', () => {
  expect(shown('a\u001b[31m\u202eb\n')).toBe('a?[31m?b?');
  expect(shown('x'.repeat(500))).toHaveLength(400);
});

test.each<[string, string]>([
  ['/mnt/a b', "umount '/mnt/a b'"],
  ['/srv (mounts of process 7)', 'nsenter --target 7 --mount umount /srv'],
  ['swap', 'swapoff'],
  ['lvm:vg/a (open)', 'fuser -vm /dev/vg/a'],
  ['crypt:c', 'cryptsetup close c'],
  ['mpath:m', 'multipath -f m'],
  ['open:x', 'dmsetup remove x'],
  ['zfs:tank', 'zpool export tank'],
  ['btrfs:u', 'umount what findmnt --types btrfs --output TARGET,SOURCE,UUID shows of u'],
  ['bcachefs:u', 'umount what findmnt --types bcachefs --output TARGET,SOURCE,UUID shows of /dev/sdb'],
  ['loop:loop1', 'losetup --detach /dev/loop1'],
  ["xen:a'; reboot", String.raw`xl shutdown -w 'a'\''; reboot'`],
  ['process:dd (5)', 'kill 5'],
  ['target:t', 'targetcli'],
  ['nvme-target:n', 'nvmetcli'],
  ['claimed:/dev/sdb', 'fuser -v /dev/sdb'],
  ['holder:drbd0', 'lsblk /dev/sdb'],
])('who uses a disk as %s is told to let go by %s', (user, command) => {
  expect(diskInUse('/dev/sdb', [user])).toMatchObject({
    code: 'disk-in-use',
    exit: 4,
    hint: expect.stringContaining(command),
  });
});
