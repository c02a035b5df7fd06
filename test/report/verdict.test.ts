import { describe, expect, test } from 'vitest';
import { explain, findVerdict, startedBy } from '../../src/report/verdict.ts';

const verdict = {
  version: 1,
  dom0: { up: true, hypervisor: 'xen', xen: '4.20.4', memoryMiB: 1024 },
  domus: [{ name: 'web1', up: true, type: 'pvh', why: null, address: '10.0.2.16', seconds: 48 }],
  fallback: false,
  why: null,
};
const line = (value: unknown): string => `XENWRIGHT-VERDICT ${JSON.stringify(value)}`;

describe('a verdict', () => {
  test('is found between whatever else the console says, with its line ends', () => {
    expect(findVerdict(`[  OK  ] Reached target\r\n[   61.1] ${line(verdict)}\r\nxen1 login: `)).toEqual(verdict);
  });

  test('of a later start replaces that of an earlier one', () => {
    expect(findVerdict(`${line(verdict)}\n${line({ ...verdict, fallback: true })}\n`)?.fallback).toBe(true);
  });

  test('is put together again when Xen or the kernel spoke in the middle of its line', () => {
    const [start, end] = [line(verdict).slice(0, 60), line(verdict).slice(60)];
    for (const words of [
      '(XEN) uart interrupt taking more than 4ms, switched to polling',
      '[  178.627393] xen-blkback: Scheduled work is still busy',
      '(XEN) one\r\n(XEN) two',
    ]) {
      expect(findVerdict(`login: \r\n${start}${words}\r\n`)).toBeNull();
      expect(findVerdict(`login: \r\n${start}${words}\r\n${end}\r\nmore\r\n`)).toEqual(verdict);
    }
  });

  test('that is cut is none; an earlier whole one counts', () => {
    expect(findVerdict(line(verdict))).toBeNull();
    expect(findVerdict(`${line(verdict).slice(0, 40)}\n`)).toBeNull();
    expect(findVerdict(`${line(verdict)}\n${line(verdict).slice(0, 60)}[ 12.3] br0: port 1\n`)).toEqual(verdict);
  });

  test('is not taken from something else that is JSON', () => {
    expect(findVerdict('XENWRIGHT-VERDICT 5\n')).toBeNull();
    expect(findVerdict('XENWRIGHT-VERDICT {"version":1}\n')).toBeNull();
    expect(findVerdict('XENWRIGHT-VERDICT null\n')).toBeNull();
  });

  test('tells of which start it is, and an older one that does not is taken too', () => {
    const dated = { ...verdict, bootId: '11111111-2222-4333-8444-555555555555', time: '2026-11-25T12:10:00.000Z' };
    expect(findVerdict(`${line(dated)}\n`)).toEqual(dated);
  });

  test('is the host’s, not one that a guest writes where Xen shows its words', () => {
    const forged = line({ ...verdict, dom0: { up: true, hypervisor: 'forged' } });
    expect(findVerdict(`${line(verdict)}\n(d3) ${forged}\n(XEN) d3v0: ${forged}\n`)).toEqual(verdict);
    expect(findVerdict(`(d3) ${forged}\n`)).toBeNull();
  });

  test('keeps the nonsense of one guest in that guest’s line', () => {
    const [web1] = verdict.domus;
    const nonsense = [
      null,
      5,
      {},
      { name: 'a\u001b[2J\nb', up: 'yes', why: ['x'], address: '-f/etc/shadow', seconds: 'abc' },
      { name: 'c', up: false, why: 'no\u202egnol\r\nxen1 login: ', address: '::1%x y' },
    ];
    expect(findVerdict(`${line({ ...verdict, domus: [...nonsense, web1], why: 7 })}\n`)).toEqual({
      ...verdict,
      domus: [
        { name: '?', up: false, why: 'its verdict cannot be read' },
        { name: '?', up: false, why: 'its verdict cannot be read' },
        { name: '?', up: false, why: null },
        { name: 'a [2J b', up: false, why: null, address: null, seconds: null },
        { name: 'c', up: false, why: 'no gnol xen1 login: ', address: null },
        web1,
      ],
    });
  });

  test('is absent from an empty console', () => {
    expect(findVerdict('')).toBeNull();
  });
});

describe('a console without a verdict', () => {
  const cases: readonly (readonly [name: string, transcript: string, why: string])[] = [
    [
      'an empty disk',
      'SeaBIOS (version 1.16)\r\nBooting from Hard Disk...\r\nBoot failed: not a bootable disk\r\nNo bootable device.\r\n',
      'the firmware found nothing to boot',
    ],
    [
      'a disk without an ESP',
      'BdsDxe: failed to load Boot0001 "UEFI Misc Device" from PciRoot(0x0)/Pci(0x2,0x0): Not Found\r\n',
      'the firmware found nothing to boot',
    ],
    [
      'a missing hypervisor',
      "Loading Xen 4.20 ...\r\nerror: file `/xen-4.20-amd64.gz' not found.\r\nerror: you need to load the kernel first.\r\n",
      "the boot loader failed: error: file `/xen-4.20-amd64.gz' not found",
    ],
    [
      'a cut hypervisor',
      "Loading Xen 4.20 ...\r\nerror: premature end of file `/xen-4.20-amd64.gz'.\r\n",
      'premature end of file',
    ],
    [
      'no grub.cfg',
      'error: no such partition.\r\nEntering rescue mode...\r\ngrub rescue> ',
      'the boot loader has no configuration',
    ],
    [
      'a Xen panic',
      '(XEN) Xen version 4.20.4\r\n(XEN) ****************************************\r\n(XEN) Panic on CPU 0:\r\n(XEN) Could not construct domain 0\r\n(XEN) ****************************************\r\n',
      'Xen panicked: Panic on CPU 0: (XEN) Could not construct domain 0',
    ],
    [
      'no root',
      '[    9.1] VFS: Cannot open root device\r\n[    9.2] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)\r\n',
      'the kernel panicked: Kernel panic - not syncing: VFS: Unable to mount root fs',
    ],
    [
      'no root volume',
      'Gave up waiting for root file system device.  Common problems:\r\n',
      'the system could not mount its disks',
    ],
    [
      'an emergency',
      'You are in emergency mode. After logging in, type "journalctl -xb"\r\n',
      'the system could not mount its disks',
    ],
    [
      'a login and nothing more',
      '[ 0.0] Linux version 6.12\r\nDebian GNU/Linux 13 xen1 hvc0\r\n\r\nxen1 login: ',
      'its first-boot check said nothing',
    ],
    ['a slow kernel', '[ 0.0] Linux version 6.12\r\n[ 1.0] PCI: probing\r\n', 'did not come up in time'],
    ['a slow Xen', '(XEN) Xen version 4.20.4\r\n', 'Xen started, but no Dom0 kernel in time'],
    [
      'a boot that took a second way',
      'BdsDxe: failed to load Boot0001 "UEFI DVD"\r\nGNU GRUB\r\nerror: no suitable video mode found.\r\n(XEN) No SSBD controls available\r\n\u001b[0;32m  OK  \u001b[0mWelcome to Debian GNU/Linux 13 (trixie)!\r\n',
      'the system was starting, but did not come up in time',
    ],
    [
      'a fallback that came up',
      '(XEN) Panic on CPU 0:\r\n(XEN) no memory\r\nGNU GRUB\r\nLoading Linux 6.12 ...\r\nxen1 login: ',
      'the system came up, but its first-boot check said nothing; before that, Xen panicked: Panic on CPU 0: (XEN) no memory',
    ],
    [
      'nothing',
      '',
      'the console stayed silent: nothing that can be booted is on the image (did its install finish?), or its console is not the serial one',
    ],
    ['only the firmware', 'SeaBIOS (version 1.16)\r\n', 'neither Xen nor a kernel started'],
  ];
  test.each(cases)('tells of %s', (_, transcript, why) => {
    expect(explain(transcript)).toContain(why);
  });
});

test('what started is Xen, a plain kernel, or nothing; after a fallback it is what came last', () => {
  const xen = '(XEN) Xen version 4.20.4\n[ 0.0] Linux version 6.12\n[ 0.0] Hypervisor detected: Xen PV\n';
  const plain = '[ 0.0] Linux version 6.12\n[ 0.0] Hypervisor detected: KVM\n';
  expect(startedBy('SeaBIOS\n')).toBe('none');
  expect(startedBy('(XEN) Xen version 4.20.4\n')).toBe('xen');
  expect(
    startedBy('GNU GRUB\nLoading Xen xen-4.20 ...\n(XEN) TSC only partially writable\nLoading, please wait...\n'),
  ).toBe('xen');
  expect(
    startedBy('GNU GRUB\n(XEN) Panic on CPU 0:\nGNU GRUB\nLoading Linux 6.12 ...\nLoading, please wait...\n'),
  ).toBe('plain');
  expect(startedBy(xen)).toBe('xen');
  expect(startedBy(plain)).toBe('plain');
  expect(startedBy(`${xen}${plain}`)).toBe('plain');
  expect(startedBy(`${plain}${xen}`)).toBe('xen');
  expect(startedBy(`(XEN) Xen version 4.20.4\n(XEN) Panic on CPU 0:\n${plain}`)).toBe('plain');
});
