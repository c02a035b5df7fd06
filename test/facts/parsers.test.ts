import { describe, expect, test } from 'vitest';
import { mirrorsOf, parseDeb822Sources, parseOneLineSources } from '../../src/facts/apt-sources.ts';
import { parseCpuinfo, parseMeminfo } from '../../src/facts/cpu.ts';
import {
  contentsOf,
  parseOpenVolumes,
  parsePvs,
  parseWipefs,
  usersOf,
  volumeOf,
} from '../../src/facts/disk-contents.ts';
import { cleanDmi, cleanUuid, isSecureBootOn } from '../../src/facts/firmware.ts';
import { firmwareWanted } from '../../src/facts/firmware-wanted.ts';
import { parseLsblk } from '../../src/facts/lsblk.ts';
import { pciOf } from '../../src/facts/nics.ts';
import { probeFacts } from '../../src/facts/probe.ts';
import type { DiskProbePort } from '../../src/facts/probe-port.ts';
import { bestLink, isWholeAdapter, transportOf } from '../../src/facts/transport.ts';

const cpuinfo = (vendor: string, flags: string): string =>
  `processor\t: 0\nvendor_id\t: ${vendor}\nmodel name\t: Some   CPU\nflags\t\t: ${flags}\n\nprocessor\t: 1\nvendor_id\t: ${vendor}\nflags\t\t: ${flags}\n`;

describe('CPU and memory', () => {
  test('Intel names nested paging in its own line of VMX flags', () => {
    expect(parseCpuinfo(`${cpuinfo('GenuineIntel', 'fpu vmx')}vmx flags\t: vnmi ept\n`)).toEqual({
      model: 'Some CPU',
      vendor: 'intel',
      count: 2,
      virtualization: 'vmx',
      nestedPaging: true,
    });
  });
  test('AMD names it among all flags', () => {
    expect(parseCpuinfo(cpuinfo('AuthenticAMD', 'fpu svm npt'))).toMatchObject({
      vendor: 'amd',
      virtualization: 'svm',
      nestedPaging: true,
    });
  });
  test('a CPU without virtualization has neither', () => {
    expect(parseCpuinfo(cpuinfo('CentaurHauls', 'fpu'))).toMatchObject({
      vendor: 'other',
      virtualization: null,
      nestedPaging: false,
    });
  });
  test('memory is in MiB', () => {
    expect(parseMeminfo('MemTotal:        4029184 kB\nMemFree: 1 kB\n')).toBe(3934);
  });
});

describe('what firmware says of itself', () => {
  test.each([
    'To Be Filled By O.E.M.',
    'Default string',
    '  ',
    '0000000000',
    'None',
    'System Serial Number',
    '........',
    '0123456789',
    'xxxxxxxx',
    '\u00ff\u00ff',
  ])('%j is junk', (text) => {
    expect(cleanDmi(text)).toBeNull();
  });
  test.each([
    ['PowerEdge R640\n', 'PowerEdge R640'],
    [' CZ3 01 ', 'CZ3 01'],
  ])('%j is a name', (text, clean) => {
    expect(cleanDmi(text)).toBe(clean);
  });
  test.each([
    '03000200-0400-0500-0006-000700080009',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    'Not Settable',
  ])('the UUID %s belongs to many machines', (uuid) => {
    expect(cleanUuid(uuid)).toBeNull();
  });
  test('a real UUID is lower case', () => {
    expect(cleanUuid('4C4C4544-0043-4810-8052-B4C04F4E3132\n')).toBe('4c4c4544-0043-4810-8052-b4c04f4e3132');
  });
  test('Secure Boot is the byte after the attributes', () => {
    expect([
      isSecureBootOn('0600000001'),
      isSecureBootOn('0600000000'),
      isSecureBootOn('06'),
      isSecureBootOn(null),
    ]).toEqual([true, false, false, false]);
  });
});

describe('apt sources', () => {
  test('deb822: only Debian suites with main, enabled, for this architecture', () => {
    const text = `# a comment
Types: deb deb-src
URIs: http://mirror.example/debian/
Suites: trixie trixie-updates
Components: main non-free-firmware
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .

Types: deb
URIs: http://mirror.example/off
Suites: trixie
Components: main
Enabled: no

Types: deb-src
URIs: http://mirror.example/sources
Suites: trixie
Components: main

Types: deb
URIs: https://vendor.example/apt
Suites: stable-vendor nodistro
Components: main
`;
    expect(parseDeb822Sources(text)).toEqual([
      {
        uri: 'http://mirror.example/debian',
        suites: ['trixie', 'trixie-updates'],
        components: ['main', 'non-free-firmware'],
      },
    ]);
  });
  test('one-line: options, comments, other archives', () => {
    const text = `deb [arch=amd64 signed-by=/x.gpg] http://m.example/debian bookworm main contrib # ours
#deb http://m.example/debian sid main
deb [arch=arm64] http://m.example/ports bookworm main
deb http://archive.ubuntu.example/ubuntu noble main
deb-src http://m.example/debian bookworm main
deb cdrom:[Debian]/ bookworm main
`;
    expect(parseOneLineSources(text)).toEqual([
      { uri: 'http://m.example/debian', suites: ['bookworm'], components: ['main', 'contrib'] },
    ]);
  });
  test('suites of one mirror are put together', () => {
    expect(
      mirrorsOf([
        { name: '/a.list', text: 'deb http://m/debian trixie main\n' },
        {
          name: '/b.sources',
          text: 'Types: deb\nURIs: http://m/debian\nSuites: trixie-updates\nComponents: main contrib\n',
        },
      ]),
    ).toEqual([{ uri: 'http://m/debian', suites: ['trixie', 'trixie-updates'], components: ['main', 'contrib'] }]);
  });
});

describe('disks', () => {
  test('torn or empty output of lsblk gives no disk, not a crash', () => {
    expect([parseLsblk(''), parseLsblk('{"blockdevices": ['), parseLsblk('[]')]).toEqual([[], [], []]);
  });
  test.each([
    ['vg0-root', 'vg0/root'],
    ['vg--old-root--a', 'vg-old/root-a'],
    ['crypt', 'crypt'],
  ])('the mapper name %s is volume %s', (name, volume) => {
    expect(volumeOf(name)).toBe(volume);
  });
  test('the best by-id name is one a person knows', () => {
    expect(bestLink(['/dev/disk/by-id/wwn-0x5', '/dev/disk/by-id/ata-WD_1', '/dev/disk/by-id/scsi-35000'])).toBe(
      '/dev/disk/by-id/ata-WD_1',
    );
    expect(
      bestLink([
        '/dev/disk/by-id/nvme-eui.0025',
        '/dev/disk/by-id/nvme-Samsung_S1_1',
        '/dev/disk/by-id/nvme-Samsung_S1',
      ]),
    ).toBe('/dev/disk/by-id/nvme-Samsung_S1');
    expect(bestLink([])).toBeNull();
  });
  const node = (name: string, fields: object = {}) => ({
    ...parseLsblk(JSON.stringify({ blockdevices: [{ name, size: 1, type: 'disk', ...fields }] }))[0]!,
  });
  test.each([
    ['nvme over TCP is the network', node('nvme0n1', { tran: 'nvme' }), 'tcp', 'nvme', 'network'],
    ['nvme', node('nvme0n1', { tran: 'nvme' }), 'pcie', 'nvme', 'nvme'],
    ['a RAID controller', node('sda', { subsystems: 'block:scsi:pci' }), null, 'megaraid_sas', 'raid'],
    [
      'a disk of a RAID controller that says it is SAS',
      node('sda', { tran: 'sas', subsystems: 'block:scsi:pci' }),
      null,
      'smartpqi',
      'sas',
    ],
    ['an SD card', node('mmcblk0', { tran: 'mmc' }), null, null, 'mmc'],
    ['a network block device', node('nbd0'), null, null, 'network'],
    [
      'USB behind a SATA bridge',
      node('sdb', { tran: 'usb', subsystems: 'block:scsi:usb:pci' }),
      null,
      'xhci_hcd',
      'usb',
    ],
  ])('%s', (_, disk, fabric, driver, expected) => {
    expect(transportOf(disk, fabric, driver)).toBe(expected);
  });
  test('an iSCSI adapter that has its sessions itself is told from one that leaves them to a program', () => {
    expect(['qla4xxx', 'be2iscsi', 'bnx2i', 'cxgb4i', 'mlx5_core', null].filter(isWholeAdapter)).toEqual([
      'qla4xxx',
      'be2iscsi',
    ]);
  });
  test('groups and open volumes of LVM', () => {
    expect(
      parsePvs('{"report":[{"pv":[{"pv_name":"/dev/sda4","vg_name":"vg0"},{"pv_name":"/dev/sdb","vg_name":""}]}]}'),
    ).toEqual(new Map([['/dev/sda4', 'vg0']]));
    expect(
      parseOpenVolumes(
        '{"report":[{"lv":[{"vg_name":"vg0","lv_name":"a","lv_device_open":"open"},{"vg_name":"vg0","lv_name":"b","lv_device_open":""}]}]}',
      ),
    ).toEqual(new Set(['vg0/a']));
  });
});

describe('contents', () => {
  const disk = parseLsblk(
    JSON.stringify({
      blockdevices: [
        {
          name: 'sda',
          path: '/dev/sda',
          type: 'disk',
          size: 9,
          pttype: 'gpt',
          children: [
            { name: 'sda1', path: '/dev/sda1', type: 'part', fstype: 'btrfs', uuid: 'u1', mountpoints: [null] },
          ],
        },
      ],
    }),
  )[0]!;
  const names = {
    groups: new Map([['/dev/sda', 'vg0']]),
    openVolumes: new Set<string>(),
    pools: new Set(['tank']),
    sharedMaps: new Set<string>(),
  };
  const signatures = parseWipefs(
    JSON.stringify({
      signatures: [
        { device: 'sda', type: 'PMBR', label: null },
        { device: 'sda', type: 'zfs_member', label: 'tank' },
        { device: 'sda', type: 'zfs_member', label: 'tank' },
        { device: 'sda', type: 'LVM2_member', label: null },
        { device: 'sda1', type: 'btrfs' },
      ],
    }),
  );
  test('signatures that contradict each other are all listed, each once', () => {
    expect(contentsOf(disk, signatures, names).map(({ path, type, group }) => [path, type, group])).toEqual([
      ['/dev/sda', 'gpt', null],
      ['/dev/sda', 'zfs_member', null],
      ['/dev/sda', 'LVM2_member', 'vg0'],
      ['/dev/sda1', 'btrfs', null],
    ]);
  });
  test('an imported ZFS pool is in use', () => {
    expect(usersOf(disk, contentsOf(disk, signatures, names), names)).toEqual(['zfs:tank']);
  });
  test('a volume somebody has open is told from an idle one', () => {
    const stacked = parseLsblk(
      JSON.stringify({
        blockdevices: [
          {
            name: 'sda',
            type: 'disk',
            children: [
              {
                name: 'md127',
                type: 'raid1',
                children: [
                  { name: 'vg0-a', type: 'lvm' },
                  { name: 'vg0-b', type: 'lvm' },
                ],
              },
            ],
          },
        ],
      }),
    )[0]!;
    expect(usersOf(stacked, [], { ...names, openVolumes: new Set(['vg0/a']) })).toEqual([
      'md:md127',
      'lvm:vg0/a (open)',
      'lvm:vg0/b',
    ]);
  });
});

test('the PCI function nearest to a device is its address', () => {
  expect(pciOf('/sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.1/net/eno2')).toBe('0000:02:00.1');
  expect(pciOf('/sys/devices/platform/x')).toBeNull();
});

test('firmware is wanted for what is there, for what the kernel missed, and microcode on real CPUs only', () => {
  const cpu = parseCpuinfo(cpuinfo('GenuineIntel', 'fpu'));
  expect(
    firmwareWanted(
      [
        { vendor: '14e4', device: '1639', class: '020000' },
        { vendor: '14e4', device: '165f', class: '020000' },
      ],
      cpu,
      false,
      null,
    ),
  ).toEqual(['bnx2', 'intel-ucode']);
  expect(
    firmwareWanted(
      [],
      cpu,
      true,
      '[1] r8169 0000:01:00.0: Direct firmware load for rtl_nic/rtl8168g-2.fw failed with error -2\n[2] Direct firmware load for regulatory.db failed',
    ),
  ).toEqual(['rtl_nic']);
});

test('a machine that tells nothing at all still has facts', async () => {
  const nothing: DiskProbePort = {
    read: async () => null,
    readHex: async () => null,
    list: async () => [],
    link: async () => null,
    device: async () => null,
    claim: async () => 'unknown',
    mountTables: async () => [],
    openFiles: async () => [],
    run: async () => null,
  };
  expect(await probeFacts(nothing)).toMatchObject({
    version: 1,
    kind: 'machine',
    disks: [],
    nics: [],
    memoryMiB: 0,
    firmware: { kind: 'bios' },
  });
});
