import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Facts } from '../../src/facts/facts.ts';
import { imageMachine } from '../../src/facts/image-machine.ts';
import { probeFacts } from '../../src/facts/probe.ts';
import { selectDisks } from '../../src/facts/select-disks.ts';
import { replayed } from '../machines/capture.ts';

const FOLDER = join(import.meta.dirname, '..', 'machines');
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(FOLDER, ...path), 'utf8'));
const jsonIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -5));
const machines = jsonIn(FOLDER);

/**
 * What `{ largest: true }` takes: [when anything may be overwritten, when only blank disks may]. A word is a problem's
 * code.
 */
const LARGEST: Readonly<Record<string, readonly [string, string]>> = {
  'desktop-with-windows': ['/dev/sda', 'disk-no-fit'],
  'group-on-second-disk': ['disk-tie', '/dev/sda'],
  'in-use': ['/dev/sdb', '/dev/sdb'],
  'installed-before': ['/dev/vda', 'disk-no-fit'],
  'leftovers-luks-fat-lvm': ['disk-tie', '/dev/vda'],
  'leftovers-md-lvm': ['disk-tie', '/dev/sdd'],
  'leftovers-zfs': ['/dev/sda', 'disk-no-fit'],
  'live-from-usb': ['/dev/sda', '/dev/sda'],
  'many-nics': ['/dev/vda', '/dev/vda'],
  'no-disk': ['disk-no-fit', 'disk-no-fit'],
  'nvme-pair-uefi': ['disk-tie', 'disk-tie'],
  'raid-controller': ['/dev/sda', '/dev/sda'],
  'rented-two-equal-nvme': ['disk-tie', 'disk-no-fit'],
  'sata-ssd-and-hdd': ['/dev/sda', '/dev/sda'],
  'scsi-four': ['disk-tie', 'disk-tie'],
  'server-with-fibre-channel': ['/dev/sda', '/dev/sda'],
  'usb-and-sd': ['/dev/sdb', '/dev/sdb'],
};

test('every machine has its expected choice, and every expectation its machine', () => {
  expect(Object.keys(LARGEST).sort()).toEqual([...machines].sort());
  expect(machines.length).toBeGreaterThanOrEqual(10);
});

describe.each(machines)('%s', (name) => {
  const { capturedFrom, ...facts } = read(`${name}.json`) as Facts & { capturedFrom: string };

  test('is valid facts and says where it comes from', () => {
    expect(capturedFrom).toMatch(/^(QEMU|hand-made)/);
    expect(shapeProblems(facts, EXAMPLE, 'facts')).toEqual([]);
    expect(facts.seed).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each([
    ['any', 0],
    ['blank', 1],
  ] as const)('the largest disk, when %s disks may be overwritten', (overwrite, column) => {
    const { disks, problems } = selectDisks([{ largest: true, count: 1 }], facts.disks, { overwrite });
    expect(problems[0]?.code ?? disks[0]?.path).toBe(LARGEST[name]?.[column]);
    for (const problem of problems) expect(problem.candidates.map(({ disk }) => disk)).toEqual(facts.disks);
  });
});

describe.each(jsonIn(join(FOLDER, 'raw')))('the capture of %s', (name) => {
  test('is read into the same facts as on the machine itself', async () => {
    const { capturedFrom: _, ...facts } = read(`${name}.json`) as Facts & { capturedFrom: string };
    expect(await probeFacts(replayed(read('raw', `${name}.json`) as Record<string, unknown>))).toEqual(facts);
  });
});

describe('what the captures show', () => {
  const facts = (name: string): Facts => read(`${name}.json`) as Facts;
  test('what tells disks from each other, and the ids that are on them', () => {
    const identities = (name: string): unknown => facts(name).disks.map(({ identity }) => identity);
    expect(identities('scsi-four')).toEqual([
      'wwn 5000c500a0000001',
      'wwn 5000c500a0000002',
      'wwn 5000c500a0000003',
      'serial k4',
    ]);
    expect(identities('raid-controller')).toEqual(['serial 00aa11']);
    expect(facts('leftovers-md-lvm').disks.flatMap(({ uuids = [] }) => uuids)).toContainEqual(
      expect.objectContaining({ path: expect.stringMatching('^/dev/') as string, uuid: expect.any(String) as string }),
    );
    expect(facts('in-use').disks[0]?.uuids).toHaveLength(3);
  });
  test('transports', () => {
    const transports = (name: string): string[] => facts(name).disks.map(({ transport }) => transport);
    expect(transports('nvme-pair-uefi')).toEqual(['nvme', 'nvme']);
    expect(transports('raid-controller')).toEqual(['raid']);
    expect(transports('scsi-four')).toEqual(['scsi', 'scsi', 'scsi', 'scsi']);
    expect([...transports('usb-and-sd')].sort()).toEqual(['mmc', 'sata', 'usb']);
  });
  test('the medium that the machine runs from is known', () => {
    expect(
      facts('live-from-usb')
        .disks.filter(({ bootMedium }) => bootMedium)
        .map(({ transport }) => transport),
    ).toEqual(['usb']);
    expect(facts('live-from-usb').media).toMatchObject([{ kind: 'usb', label: 'XENWRIGHT_2026' }]);
    expect(facts('sata-ssd-and-hdd').media).toMatchObject([{ kind: 'optical', label: 'XENWRIGHT_2026' }]);
  });
  test('leftovers of md and LVM name their arrays and groups, and are releasable', () => {
    const { disks } = facts('leftovers-md-lvm');
    const [member] = disks.filter(({ holds }) => holds.some(({ type }) => type === 'linux_raid_member'));
    expect(member?.usedBy).toEqual(['md:md127', 'lvm:vg-old/root']);
    expect(disks.flatMap(({ holds }) => holds)).toContainEqual(
      expect.objectContaining({ type: 'LVM2_member', group: 'data' }),
    );
    expect(disks.flatMap(({ usedBy }) => usedBy)).toContain('lvm:data/srv-web');
  });
  test('LUKS, FAT and LVM are recognized', () => {
    expect(
      facts('leftovers-luks-fat-lvm')
        .disks.slice(1)
        .map(({ holds }) => holds.at(-1)?.type),
    ).toEqual(['crypto_LUKS', 'vfat', 'LVM2_member']);
  });
  test('mounts and swap are use', () => {
    expect(facts('in-use').disks[0]?.usedBy).toEqual(['/mnt/a', 'swap', '/srv']);
  });
  test('the marker of a finished install is read from the boot partition', () => {
    expect(facts('installed-before').disks[0]?.installMarker).toEqual({
      id: '5e0c0d6e-0000-4000-8000-000000000001',
      planHash: '9f86d081884c7d65',
    });
  });
  test('junk in the firmware is no identity', () => {
    expect(facts('sata-ssd-and-hdd').product).toEqual({ vendor: null, name: null, serial: null, uuid: null });
  });
  test('many NICs come in the order of their slots', () => {
    const nics = facts('many-nics').nics;
    expect(nics.length).toBe(6);
    expect(nics.map(({ pci }) => pci)).toEqual(nics.map(({ pci }) => pci).sort());
    expect(new Set(nics.map(({ driver }) => driver)).size).toBeGreaterThanOrEqual(4);
  });
});

const STATED = imageMachine({
  disks: [{ sizeMiB: 1 }],
  seed: 'ab',
  aptSources: { mirrors: [{ uri: 'http://m', suites: ['trixie'], components: ['main'] }] },
});
const EXAMPLE: Facts = {
  ...STATED,
  // What only disks of a machine have.
  disks: STATED.disks.map((disk) => ({ ...disk, identity: null, uuids: [{ path: '/dev/vda1', uuid: 'a' }] })),
  media: [{ path: '/dev/sr0', label: 'x', kind: 'optical' }],
};

/** Differences in keys and kinds of values; null stands for any value, as an unknown does in facts. */
function shapeProblems(value: unknown, example: unknown, path: string): string[] {
  if (value === null || example === null) return [];
  if (Array.isArray(example))
    return Array.isArray(value)
      ? example.length === 0
        ? []
        : value.flatMap((item, index) => shapeProblems(item, example[0], `${path}[${index}]`))
      : [`${path} is no list`];
  if (typeof example !== 'object') return typeof value === typeof example ? [] : [`${path} is a ${typeof value}`];
  const [ours, theirs] = [Object.keys(value as object).sort(), Object.keys(example).sort()];
  if (ours.join() !== theirs.join()) return [`${path} has ${ours.join()}, not ${theirs.join()}`];
  return theirs.flatMap((key) =>
    shapeProblems((value as Record<string, unknown>)[key], (example as Record<string, unknown>)[key], `${path}.${key}`),
  );
}

test('a boot partition of ours that cannot be read may be a finished host, and counts as one', async () => {
  const port = replayed(read('raw', 'installed-before.json') as Record<string, unknown>);
  const { disks } = await probeFacts({
    ...port,
    run: async (argv) => (argv[0] === 'debugfs' ? null : await port.run(argv)),
  });
  expect(disks[0]?.installMarker).toEqual({ id: 'unreadable', planHash: '' });
});
