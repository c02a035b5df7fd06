import { describe, expect, it } from 'vitest';
import { decide, type EarlierRun } from '../../src/install/earlier-run.ts';
import type { DiskFacts, Facts } from '../../src/facts/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import type { EffectiveProfile } from '../../src/profile/effective.ts';
import { imageFacts, profileOf } from '../plan/host.ts';

const blank = imageFacts();
const [vda] = blank.disks as [DiskFacts];
const onDisk = (change: Partial<DiskFacts>): Facts => ({ ...blank, disks: [{ ...vda, ...change }] });
const hashOf = (profile: EffectiveProfile): string => buildPlan(profile, blank).hash;
const written = onDisk({
  holds: [{ path: '/dev/vda', type: 'gpt', label: null, group: null }],
  begun: { device: '/dev/vda3', planHash: hashOf(profileOf()) },
});
const onTarget: EarlierRun = {
  facts: blank,
  planHash: hashOf(profileOf()),
  complete: false,
  finished: new Set(['host/disk/partition']),
  device: '/dev/vda3',
};
const inFolder: EarlierRun = { ...onTarget, device: null };

const finishedOf = (probed: Facts, earlier: EarlierRun | null): string[] => [
  ...decide(profileOf(), probed, earlier, {
    isNamed: false,
    isFound: false,
    planOf: (machine) => buildPlan(profileOf(), machine),
  }).finished,
];

function decided(
  sets: readonly string[],
  probed: Facts,
  earlier: EarlierRun | null,
  { isNamed = false, isFound = false } = {},
): string {
  const profile = profileOf(sets);
  try {
    const { facts, beginning } = decide(profile, probed, earlier, {
      isNamed,
      isFound,
      planOf: (machine) => buildPlan(profile, machine),
    });
    return `${beginning.how} with ${facts === probed ? 'what is there now' : 'the facts of that run'}`;
  } catch (error) {
    const { code, exit } = error as { code: string; exit: number };
    return `${code} ${exit}`;
  }
}
const OTHER = 'host.hostname=xen9.example.org';

describe('what is done with an earlier run', () => {
  it('of this plan on the target: it goes on, with the facts it was planned for', () => {
    expect(decided([], written, onTarget)).toBe('device with the facts of that run');
    expect(decided([], written, onTarget, { isFound: true })).toBe('device with the facts of that run');
    expect(decided([], written, inFolder)).toBe('folder with the facts of that run');
    expect(decided([], written, null)).toBe('folder with what is there now');
    // What it has finished is known before anything is done: a medium that is copied is not asked for.
    for (const earlier of [onTarget, inFolder]) expect(finishedOf(written, earlier)).toEqual(['host/disk/partition']);
    expect(finishedOf(written, null)).toEqual([]);
  });

  it('of another plan: it is refused, unless a profile that somebody named says that anything may be overwritten', () => {
    for (const earlier of [onTarget, inFolder]) {
      expect(decided([OTHER], written, earlier)).toBe('other-plan 4');
      expect(decided([OTHER, 'install.overwrite=blank'], written, earlier)).toBe('other-plan 4');
      expect(decided([OTHER, 'install.overwrite=any'], written, earlier, { isFound: true })).toBe('other-plan 4');
      expect(decided([OTHER, 'install.overwrite=any'], written, earlier)).toBe('anew with what is there now');
    }
    // A folder that somebody gave is theirs.
    expect(decided([OTHER, 'install.overwrite=any'], written, inFolder, { isNamed: true })).toBe('other-plan 4');
  });

  it('of another plan, that ended before it wrote to the disk: the new one takes its place, since nothing is lost', () => {
    const untouched: EarlierRun = { ...inFolder, finished: new Set(['bases/common']), isUntouched: true };
    for (const [probed, options] of [
      [blank, {}],
      [blank, { isNamed: true }],
      [blank, { isFound: true }],
      [{ ...blank, seed: 'ff' }, {}],
    ] as const)
      expect(decided([OTHER], probed, untouched, options)).toBe('anew with what is there now');
    expect(decided([], onDisk({}), untouched)).toBe('folder with the facts of that run');
    // What a run before that one has left on the disk is not its to give away.
    expect(decided([OTHER], written, untouched)).toBe('other-plan 4');
  });

  it('of another machine, whose disk is here now: the same', () => {
    const moved = { ...written, seed: 'ff' };
    expect(decided([], moved, onTarget)).toBe('other-machine 4');
    expect(decided(['install.overwrite=any'], moved, onTarget)).toBe('anew with what is there now');
  });

  it('that is complete: it changes nothing, and a reinstall that is allowed begins anew', () => {
    const complete = { ...inFolder, complete: true };
    const finished = onDisk({ installMarker: { id: 'i', planHash: onTarget.planHash, tokens: ['a'] } });
    for (const sets of [[], ['install.reinstall=once:a']])
      expect(decided(sets, finished, complete)).toBe('folder with the facts of that run');
    expect(decided([OTHER], finished, complete)).toBe('already-installed 4');
    for (const sets of [['install.reinstall=once:b'], ['install.reinstall=always']])
      expect(decided(sets, finished, complete)).toBe('anew with what is there now');
    expect(decided(['install.reinstall=always'], { ...blank }, complete)).toBe('folder with the facts of that run');
  });

  it('beside a finished host: that one is left alone, but for the marker that the run itself has just written', () => {
    const finished = (planHash: string): Facts => onDisk({ installMarker: { id: 'i', planHash } });
    expect(decided([], finished('another'), null)).toBe('already-installed 4');
    expect(decided([], finished('another'), inFolder)).toBe('already-installed 4');
    expect(decided(['install.reinstall=always'], finished('another'), inFolder)).toBe(
      'folder with the facts of that run',
    );
    expect(decided([], finished(onTarget.planHash), inFolder)).toBe('folder with the facts of that run');
  });
});
