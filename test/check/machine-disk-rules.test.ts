/** The rules about a machine's disks: sectors, where a disk is, what is needed to work on it, sizes, names. */
import { describe, expect, test } from 'vitest';
import { capturedMachine, codesWith, findingsWith, machine } from './cases.ts';

const { kernel, disks } = machine();
// A machine that runs from one of its disks.
const real = {
  kind: 'machine' as const,
  disks: [...disks, { ...disks[0]!, path: '/dev/sdz', serial: 'system', usedBy: ['/'] }],
};

describe('disks with large sectors', () => {
  const [disk] = disks;
  const of = (bytes: number, kind: 'bios' | 'uefi'): Parameters<typeof machine>[0] => ({
    ...real,
    disks: [{ ...disk!, logicalSectorBytes: bytes }, ...real.disks.slice(1)],
    firmware: { kind, secureBoot: false },
  });
  const SERIAL = `host.storage.disks=[{ serial: ${disk!.serial ?? ''} }]`;
  const codes = (bytes: number, kind: 'bios' | 'uefi', ...sets: string[]): string[] =>
    findingsWith([SERIAL, ...sets], machine(of(bytes, kind))).map(({ code, message }) => `${code}: ${message}`);

  test('can be used by UEFI, up to 4,096 bytes', () => {
    for (const bytes of [512, 1024, 2048, 4096]) expect([bytes, codes(bytes, 'uefi')]).toEqual([bytes, []]);
    expect(codes(16_384, 'uefi')).toEqual([
      'sector-size: /dev/vda has sectors of 16384 bytes; at most 4096 can be used',
    ]);
  });

  test('are refused by BIOS, and where BIOS is wanted too, before anything is written', () => {
    const told = 'sector-size: /dev/vda has sectors of 4096 bytes, and no BIOS starts from such a disk';
    expect(codes(4096, 'bios')).toEqual([told]);
    expect(codes(4096, 'uefi', 'host.storage.firmware=both')).toEqual([told]);
    expect(codes(512, 'bios')).toEqual([]);
    expect(codesWith([SERIAL], machine(of(4096, 'bios')))).toEqual(['machine sector-size host.storage.disks']);
  });
});

describe('a root on a disk that is elsewhere', () => {
  const fabric = capturedMachine('server-with-fibre-channel');
  const far = (transport: string, changes: object = {}): string[] =>
    codesWith([`host.storage.disks=[{ serial: far, transport: ${transport} }]`, 'host.storage.root=4G'], {
      ...fabric,
      firmware: { kind: 'uefi', secureBoot: false },
      disks: fabric.disks.map((disk, index) =>
        index === 0
          ? { ...disk, serial: 'far', sizeMiB: 65_536, usedBy: [], holds: [], transport, ...changes }
          : { ...disk, installMarker: null },
      ),
    }).filter((line) => !line.startsWith('warning'));
  const REFUSED = ['machine remote-root host.storage.disks'];

  test('is refused where a program of the running system has attached it', () => {
    for (const transport of ['iscsi', 'fcoe', 'network'])
      expect([transport, far(transport)]).toEqual([transport, REFUSED]);
    expect(far('fc', { path: '/dev/nvme1n1' })).toEqual(REFUSED);
  });

  test('is taken where an adapter attaches it', () => {
    expect(far('fc')).toEqual([]);
    expect(far('iscsi', { attachesItself: true })).toEqual([]);
    expect(far('sas')).toEqual([]);
  });
});

describe('what the running system lacks to install onto its own disks', () => {
  const codes = (changes: Parameters<typeof machine>[0], ...sets: string[]): string[] =>
    findingsWith(sets, machine({ ...real, ...changes })).map(({ code, message }) => `${code}: ${message}`);

  test('is said before anything is written: udev, an old mke2fs, a filesystem that cannot be mounted', () => {
    expect(codes({ lacks: ['udev', 'orphan_file'] })).toEqual([
      'installer-lacks: udev does not run in this system: new partitions would get no names',
      'installer-lacks: mke2fs of this system is too old for the filesystems of trixie (it does not know orphan_file)',
    ]);
    expect(codes({ kernel: { ...kernel, filesystems: ['ext4', 'squashfs'] } })).toEqual([
      'installer-lacks: the kernel of this system cannot mount vfat, which the new disk has',
    ]);
  });

  test('is nothing to an image, which an appliance makes, and an old mke2fs is nothing to an old release', () => {
    expect(codes({ kind: 'image', lacks: ['udev', 'orphan_file'] })).toEqual([]);
    expect(
      codes({ lacks: ['orphan_file'] }, 'host.release=bookworm', 'domus=[]').filter((line) => line.includes('lacks')),
    ).toEqual([]);
  });
});

describe('sizes that depend on the disk', () => {
  const [disk] = disks;
  const codes = (sizeMiB: number, ...sets: string[]): string[] =>
    findingsWith(sets, machine({ disks: [{ ...disk!, sizeMiB }] }))
      .filter(({ exit }) => exit === 4)
      .map(({ code, path, message }) => `${code} ${path.join('.')}: ${message}`);

  test('must hold a base, as fixed ones must', () => {
    expect(codes(20_480, 'host.storage.root=5%', 'host.storage.cache=1%')).toEqual([
      expect.stringMatching(/^root-size host\.storage\.root: \d+ MiB is too little for Dom0$/),
      expect.stringMatching(/^cache-size host\.storage\.cache: \d+ MiB is too little/),
    ]);
    expect(codes(20_480, 'host.storage.root=20%', 'host.storage.cache=5%')).toEqual([]);
    expect(codes(32_768, 'domus.web1.disks.root.size=2%')).toEqual([
      expect.stringMatching(/^root-size domus\.0\.disks\.root\.size: \d+ MiB is too little for Debian$/),
    ]);
  });

  test('may be what is left, if that is enough', () => {
    const rest = ['host.storage.root=rest', 'host.storage.cache=1G', 'host.storage.reserve=0', 'host.storage.swap=0'];
    expect(codes(65_536, ...rest)).toEqual([]);
    const tight = codes(8_192, ...rest, 'domus.web1.disks.root.size=4G', 'domus.web1.disks.swap=0');
    expect(tight).toEqual([expect.stringMatching(/^root-size host\.storage\.root: (\d{3}|1\d{3}) MiB/)]);
  });
});

test('a volume group is not called like what is in /dev', () => {
  const codes = (name: string): string[] => codesWith([`host.storage.volumeGroup=${name}`]);
  for (const name of ['sda', 'kvm', 'vfio', 'dm-0', 'cdrom', 'hvc0', 'rtc0', 'zfs', 'urandom', 'fuse', 'nbd0', 'log'])
    expect([name, codes(name).length]).toEqual([name, 1]);
  for (const name of ['vg', 'vg0', 'xen1', 'data', 'kvm2', 'system', 'logs', 'ssd', 'tank'])
    expect([name, codes(name)]).toEqual([name, []]);
});
