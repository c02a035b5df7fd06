/**
 * Names that are taken on another disk are known before the first write: by check, by the plan, by the dry run and by
 * the install.
 */
import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../../src/check/check.ts';
import { check } from '../../../src/commands/check/run.ts';
import { install } from '../../../src/commands/install/run.ts';
import type { DiskFacts, Facts, FoundUuid } from '../../../src/facts/facts.ts';
import { buildPlan } from '../../../src/plan/build-plan.ts';
import { minimalText } from '../../profile/fixtures.ts';
import { machineFacts, profileOf } from '../host.ts';

const facts = machineFacts('group-on-second-disk');
const [sda, sdb] = facts.disks as [DiskFacts, DiskFacts];
const FIRST = ['host.storage.disks=[{ serial: A }]'];
const GROUP = 'host.storage.volumeGroup=vg_xen1';
const TAKEN = 'a volume group vg_xen1 exists already, on /dev/sdb2 (of the disk /dev/sdb, serial B)';

const found = (sets: readonly string[], machine: Facts = facts): string[] =>
  checkProfile(profileOf(sets, minimalText), machine)
    .filter(({ severity }) => severity === 'error')
    .map(({ code, exit, path, message }) => `${code} ${exit} ${path.join('.')}: ${message}`);

describe('the name of the volume group', () => {
  test('on another disk is found, with the disk that has it, and the plan is refused in the same words', () => {
    expect(found([...FIRST, GROUP])).toEqual([`group-exists 4 host.storage.volumeGroup: ${TAKEN}`]);
    expect(() => buildPlan(profileOf([...FIRST, GROUP], minimalText), facts)).toThrow(
      expect.objectContaining({ code: 'group-exists', exit: 4, message: TAKEN }),
    );
  });

  test('may be taken on the chosen disk, which is wiped, and by nobody where there is no group', () => {
    expect(found(['host.storage.disks=[{ serial: B }]', GROUP])).toEqual([]);
    expect(found([...FIRST, GROUP, 'host.storage.layout=plain'])).toEqual([]);
    expect(found([...FIRST, 'host.storage.volumeGroup=other'])).toEqual([]);
  });

  test('that another disk shares with the chosen one is taken: half of it stays', () => {
    const half = {
      ...sda,
      holds: sdb.holds.map((content) => ({ ...content, path: content.path.replace('sdb', 'sda') })),
    };
    expect(found([...FIRST, GROUP], { ...facts, disks: [half, sdb] })).toHaveLength(1);
  });

  test('on a device that is no disk is found, too', () => {
    expect(
      found([...FIRST, 'host.storage.volumeGroup=lab'], {
        ...facts,
        otherGroups: [{ path: '/dev/loop7', group: 'lab' }],
      }),
    ).toEqual(['group-exists 4 host.storage.volumeGroup: a volume group lab exists already, on /dev/loop7']);
  });

  test('is told by check --facts and by install --dry-run --facts, both with exit 4', async () => {
    let said = '';
    const note = (text: string): void => {
      said += text;
    };
    // Of check it is the result, on standard output; of an install a reason, on standard error.
    const io = {
      readText: async (source: string) => (source === 'f.json' ? JSON.stringify(facts) : minimalText),
      out: note,
      err: note,
      interactive: false,
    };
    const set = [...FIRST, GROUP];
    expect(await check('p.yaml', { set, facts: 'f.json' }, io)).toBe(4);
    expect(await install(['p.yaml'], { image: [], set, facts: 'f.json', dryRun: true }, io)).toBe(4);
    expect(said.split('\n').filter((line) => line.includes(TAKEN))).toHaveLength(2);
    // What the hint says, done: the old group is renamed, or the new one is called otherwise.
    const renamed = JSON.stringify(facts).replaceAll('vg_xen1', 'vg_xen1-old');
    expect(said).toContain('vgrename vg_xen1 vg_xen1-old');
    expect(
      await check(
        'p.yaml',
        { set, facts: 'f.json' },
        { ...io, readText: async (source) => (source === 'f.json' ? renamed : minimalText) },
      ),
    ).toBe(0);
    expect(await check('p.yaml', { set: [...FIRST, 'host.storage.volumeGroup=vg_new'], facts: 'f.json' }, io)).toBe(0);
  });
});

describe('a second install of the same host in the same machine', () => {
  const PLAIN = 'host.storage.layout=plain';
  const SECOND = ['host.storage.disks=[{ serial: B }]'];
  /** What an install with these words leaves on a disk. */
  const uuidsLeft = (sets: readonly string[], machine: Facts, path: string): FoundUuid[] =>
    buildPlan(profileOf(sets, minimalText), machine).nodes.flatMap(({ uuid }, index) =>
      uuid === null ? [] : [{ path: `${path}${index}`, uuid: uuid.toLowerCase() }],
    );
  const empty = (disk: DiskFacts, identity: string | null): DiskFacts => ({ ...disk, holds: [], uuids: [], identity });
  const machine = (a: string | null, b: string | null): Facts => ({ ...facts, disks: [empty(sda, a), empty(sdb, b)] });
  const told = machine('serial a', 'serial b');

  test.each([
    ['lvm', 'host.storage.volumeGroup=vg_new'],
    ['plain', PLAIN],
  ])(
    'has ids of its own on each disk that has a number of its own, and works beside the first (%s)',
    (_layout, set) => {
      const left = uuidsLeft([...SECOND, set], told, '/dev/sdb');
      expect(left.length).toBeGreaterThan(6);
      const beside = { ...told, disks: [told.disks[0] as DiskFacts, { ...(told.disks[1] as DiskFacts), uuids: left }] };
      expect(found([...FIRST, set], beside)).toEqual([]);
      const ids = new Set(left.map(({ uuid }) => uuid));
      expect(uuidsLeft([...FIRST, set], beside, '/dev/sda').filter(({ uuid }) => ids.has(uuid))).toEqual([]);
    },
  );

  test('onto the same disk gives the same ids again, under whatever name the kernel has it', () => {
    const renamed = { ...told, disks: told.disks.map((disk) => ({ ...disk, path: `${disk.path}x`, byId: null })) };
    expect(uuidsLeft([...FIRST, PLAIN], renamed, '')).toEqual(uuidsLeft([...FIRST, PLAIN], told, ''));
    const [a, b] = told.disks as [DiskFacts, DiskFacts];
    const again = { ...told, disks: [{ ...a, uuids: uuidsLeft([...FIRST, PLAIN], told, '/dev/sda') }, b] };
    expect(found([...FIRST, PLAIN], again)).toEqual([]);
  });

  test('is refused where the disks have no numbers, and where one is a copy of the other', () => {
    for (const [layout, set] of [
      ['lvm', 'host.storage.volumeGroup=vg_new'],
      ['plain', PLAIN],
    ] as const)
      for (const before of [machine(null, null), told]) {
        const [a, b] = before.disks as [DiskFacts, DiskFacts];
        const left = uuidsLeft([...FIRST, set], before, '/dev/sdb').slice(0, 2);
        expect([layout, found([...FIRST, set], { ...before, disks: [a, { ...b, uuids: left }] })]).toEqual([
          layout,
          [
            `partitions-exist 4 host.storage.disks: /dev/sdb (serial B) has partitions of an earlier install of this machine that could not be told from the new ones: ${left.map(({ path }) => path).join(', ')}`,
          ],
        ]);
        // What is on the chosen disk goes with it.
        expect(found([...SECOND, set], { ...before, disks: [a, { ...b, uuids: left }] })).toEqual([]);
      }
  });

  test('is refused for every id that is given: of the table, each partition, each filesystem, also of DomUs', () => {
    const all = uuidsLeft([...FIRST, PLAIN], told, '/dev/sdb');
    const [a, b] = told.disks as [DiskFacts, DiskFacts];
    for (const one of all)
      expect(found([...FIRST, PLAIN], { ...told, disks: [a, { ...b, uuids: [one] }] })).toHaveLength(1);
    for (const one of all) expect(found([...FIRST, PLAIN], { ...told, otherUuids: [one] })).toHaveLength(1);
  });

  test('keeps MACs and the ids of domains, which are of the host', () => {
    const cards = (sets: readonly string[]): unknown => buildPlan(profileOf(sets, minimalText), told).bridges;
    expect(cards([...SECOND, PLAIN])).toEqual(cards([...FIRST, PLAIN]));
  });
});
