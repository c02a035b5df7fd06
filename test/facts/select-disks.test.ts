import { describe, expect, test } from 'vitest';
import type { DiskFacts } from '../../src/facts/facts.ts';
import { imageMachine, imageMac } from '../../src/facts/image-machine.ts';
import { machineSeed } from '../../src/facts/seed.ts';
import { inEnglish } from '../../src/i18n/english.ts';
import type { Word } from '../../src/i18n/phrase.ts';
import { describeCandidate, selectDisks } from '../../src/facts/select-disks.ts';

const disk = (path: string, fields: Partial<DiskFacts> = {}): DiskFacts => ({
  path,
  byId: null,
  serial: `S-${path.slice(5)}`,
  wwn: null,
  model: 'Disk',
  vendor: null,
  sizeMiB: 1000,
  logicalSectorBytes: 512,
  physicalSectorBytes: 512,
  transport: 'sata',
  removable: false,
  rotational: false,
  readOnly: false,
  usedBy: [],
  holds: [],
  bootMedium: false,
  installMarker: null,
  ...fields,
});
const pick = (selector: object, disks: DiskFacts[], overwrite: 'blank' | 'any' = 'any') =>
  selectDisks([{ count: 1, ...selector }], disks, { overwrite });
const words = (word: Word | undefined) =>
  typeof word === 'number' || word === undefined ? String(word) : inEnglish(word);
const paths = (selection: { disks: readonly DiskFacts[] }) => selection.disks.map(({ path }) => path);

describe('disk selectors', () => {
  test('the largest disk wins, whatever the order of the list', () => {
    const disks = [disk('/dev/sda'), disk('/dev/sdb', { sizeMiB: 3000 }), disk('/dev/sdc', { sizeMiB: 2000 })];
    expect(paths(pick({ largest: true }, disks))).toEqual(['/dev/sdb']);
    expect(paths(pick({ largest: true }, disks.toReversed()))).toEqual(['/dev/sdb']);
    expect(paths(pick({ smallest: true }, disks))).toEqual(['/dev/sda']);
  });

  test('a tie for the largest is a problem that lists every disk and why', () => {
    const { disks, problems } = pick({ largest: true }, [
      disk('/dev/sda'),
      disk('/dev/sdb'),
      disk('/dev/sdc', { sizeMiB: 10 }),
    ]);
    expect(disks).toEqual([]);
    expect(problems[0]).toMatchObject({ code: 'disk-tie', selectorIndex: 0 });
    expect(problems[0]?.candidates.map(({ disk: { path }, reason }) => [path, words(reason)])).toEqual([
      ['/dev/sda', 'fits, tied by size: { serial: S-sda } chooses it'],
      ['/dev/sdb', 'fits, tied by size: { serial: S-sdb } chooses it'],
      ['/dev/sdc', 'fits'],
    ]);
  });

  test.each([
    ['a serial that YAML would read as a number', { serial: '00123' }, {}, '{ serial: "00123" }', { serial: '00123' }],
    [
      'a WWN where serials are equal',
      { serial: 'S', wwn: '0x5000c1' },
      { serial: 'S' },
      '{ wwn: "0x5000c1" }',
      { wwn: '0x5000c1' },
    ],
    [
      'a name that is kept where there is nothing else',
      { serial: null, byId: '/dev/disk/by-id/virtio-1' },
      { serial: null },
      '{ path: /dev/disk/by-id/virtio-1 }',
      { path: '/dev/disk/by-id/virtio-1' },
    ],
  ])('what would choose one of them is said: %s', (_, first, second, said, selector) => {
    const disks = [disk('/dev/sda', first), disk('/dev/sdb', second)];
    const { problems } = pick({}, disks);
    expect(words(problems[0]?.candidates[0]?.reason)).toBe(`fits: ${said} chooses it`);
    expect(paths(pick(selector, disks))).toEqual(['/dev/sda']);
  });
  test('a transport that had to be named stays named', () => {
    const disks = [disk('/dev/sda', { transport: 'usb' }), disk('/dev/sdb', { transport: 'usb' })];
    const { problems } = pick({ transport: 'usb', largest: true }, disks);
    expect(words(problems[0]?.candidates[0]?.reason)).toContain('{ transport: usb, serial: S-sda }');
  });

  test('two equal disks are no tie when both are wanted', () => {
    expect(paths(pick({ largest: true, count: 2 }, [disk('/dev/sdb'), disk('/dev/sda')]))).toEqual([
      '/dev/sda',
      '/dev/sdb',
    ]);
  });

  test('more disks than wanted, without largest or smallest, is a problem', () => {
    expect(pick({ transport: 'sata' }, [disk('/dev/sda'), disk('/dev/sdb', { sizeMiB: 5 })]).problems[0]?.code).toBe(
      'disk-too-many',
    );
    expect(pick({}, [disk('/dev/sda'), disk('/dev/sdb')]).problems[0]?.code).toBe('disk-too-many');
  });

  test('fewer disks than wanted is a problem', () => {
    expect(pick({ largest: true, count: 3 }, [disk('/dev/sda'), disk('/dev/sdb')]).problems[0]?.code).toBe(
      'disk-too-few',
    );
  });

  test.each([
    ['usb', { transport: 'usb' }, {}, /usb disks are only taken/],
    ['fibre channel', { transport: 'fc' }, {}, /fc disks are only taken/],
    ['iscsi', { transport: 'iscsi' }, {}, /iscsi disks are only taken/],
    ['removable', { removable: true }, {}, /removable disks/],
    ['the boot medium', { bootMedium: true }, { transport: 'sata' }, /boot medium/],
    ['a mounted disk', { usedBy: ['/srv'] }, { transport: 'sata' }, /in use: \/srv/],
    ['swap', { usedBy: ['swap'] }, {}, /in use: swap/],
    ['a volume somebody has open', { usedBy: ['lvm:vg0/web (open)'] }, {}, /in use: lvm:vg0\/web \(open\)/],
    ['a read-only disk', { readOnly: true }, {}, /read-only/],
  ])('%s is never chosen, even when it is named by serial', (_, fields, selector, reason) => {
    const { disks, problems } = pick({ serial: 'S-sda', ...selector }, [disk('/dev/sda', fields)]);
    expect(disks).toEqual([]);
    expect(problems[0]?.code).toBe('disk-no-fit');
    expect(words(problems[0]?.candidates[0]?.reason)).toMatch(reason);
  });

  test('a USB disk is taken when the transport names it', () => {
    expect(
      paths(pick({ transport: 'usb' }, [disk('/dev/sda'), disk('/dev/sdb', { transport: 'usb', removable: true })])),
    ).toEqual(['/dev/sdb']);
  });

  test('a disk with data needs overwrite: any', () => {
    const full = disk('/dev/sda', { holds: [{ path: '/dev/sda1', type: 'ext4', label: 'data', group: null }] });
    expect(words(pick({ largest: true }, [full], 'blank').problems[0]?.candidates[0]?.reason)).toContain(
      '/dev/sda1 ext4 "data"',
    );
    expect(paths(pick({ largest: true }, [full], 'any'))).toEqual(['/dev/sda']);
  });

  test('idle md and LVM leftovers are data, not use', () => {
    const leftover = disk('/dev/sda', { usedBy: ['md:md127', 'lvm:vg0/old'] });
    expect(paths(pick({ largest: true }, [leftover], 'any'))).toEqual(['/dev/sda']);
    expect(pick({ largest: true }, [leftover], 'blank').problems).toHaveLength(1);
  });

  test('all that a selector gives must fit; notations of a WWN are one', () => {
    const disks = [disk('/dev/sda', { wwn: '0x5000C500A1', sizeMiB: 900 }), disk('/dev/sdb', { wwn: '0x5000C500A2' })];
    expect(paths(pick({ wwn: 'naa.5000c500a1' }, disks))).toEqual(['/dev/sda']);
    expect(words(pick({ wwn: 'naa.5000c500a1', minSizeMiB: 1000 }, disks).problems[0]?.candidates[0]?.reason)).toBe(
      'smaller than 1000 MiB',
    );
  });

  test('one disk is not taken twice, and a named disk is not lost to `largest`', () => {
    const disks = [disk('/dev/sda', { sizeMiB: 9000 }), disk('/dev/sdb')];
    const selection = selectDisks(
      [
        { largest: true, count: 1 },
        { serial: 'S-sda', count: 1 },
      ],
      disks,
      { overwrite: 'any' },
    );
    expect(paths(selection)).toEqual(['/dev/sdb', '/dev/sda']);
    const twice = selectDisks(
      [
        { serial: 'S-sda', count: 1 },
        { path: '/dev/sda', count: 1 },
      ],
      disks,
      { overwrite: 'any' },
    );
    expect(twice.problems[0]).toMatchObject({ selectorIndex: 1, code: 'disk-no-fit' });
    expect(words(twice.problems[0]?.candidates[0]?.reason)).toContain('already taken by selector 1');
  });

  test('a candidate line names serial, WWN, model and size', () => {
    expect(inEnglish(describeCandidate({ disk: disk('/dev/sda', { wwn: 'eui.1' }), reason: 'fits' }))).toBe(
      '/dev/sda (serial S-sda, WWN eui.1, model Disk, 1000 MiB, sata): fits',
    );
  });

  test('no disk at all is said so', () => {
    expect(pick({ largest: true }, []).problems[0]?.id).toBe('disk-no-fit.noDisk');
  });
});

describe('the image machine', () => {
  test('names its disks as the appliance will see them', () => {
    const facts = imageMachine({ disks: [{ sizeMiB: 5000 }, { sizeMiB: 7 }], seed: 'ab', aptSources: { mirrors: [] } });
    expect(facts.disks.map(({ path, byId, serial }) => [path, byId, serial])).toEqual([
      ['/dev/vda', '/dev/disk/by-id/virtio-xw-disk0', 'xw-disk0'],
      ['/dev/vdb', '/dev/disk/by-id/virtio-xw-disk1', 'xw-disk1'],
    ]);
    expect(facts).toMatchObject({
      kind: 'image',
      memoryMiB: 4096,
      firmware: { kind: 'both' },
      cpu: { count: 2, virtualization: 'svm', nestedPaging: true },
    });
    expect(paths(selectDisks([{ largest: true, count: 1 }], facts.disks, { overwrite: 'blank' }))).toEqual([
      '/dev/vda',
    ]);
  });

  test('derives its MAC from the seed', () => {
    expect(imageMac('ab', 0)).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/);
    expect(imageMac('ab', 0)).toBe(imageMac('ab', 0));
    expect(new Set([imageMac('ab', 0), imageMac('ab', 1), imageMac('ac', 0)]).size).toBe(3);
  });
});

describe('the seed of a machine', () => {
  const product = { vendor: 'V', name: 'N', serial: 'S', uuid: 'ABC' };
  test('does not depend on the order or notation of NICs', () => {
    expect(machineSeed(product, [{ mac: 'AA:bb:cc:dd:ee:01' }, { mac: 'aa:bb:cc:dd:ee:02' }])).toBe(
      machineSeed(product, [{ mac: 'aa:bb:cc:dd:ee:02' }, { mac: 'aa:bb:cc:dd:ee:01' }]),
    );
  });
  test('differs between machines that differ in one NIC', () => {
    expect(machineSeed(product, [{ mac: 'aa:bb:cc:dd:ee:01' }])).not.toBe(
      machineSeed(product, [{ mac: 'aa:bb:cc:dd:ee:02' }]),
    );
  });
  test('is refused where nothing tells the machine from its sibling', () => {
    expect(machineSeed({ ...product, serial: null, uuid: null }, [{ mac: '00:00:00:00:00:00' }])).toBeNull();
  });
});
