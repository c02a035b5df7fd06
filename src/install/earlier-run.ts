/**
 * What was begun or finished before, in the state folder or on a disk of this machine, and whether a new run leaves,
 * takes over or replaces it.
 */
import { english } from '../i18n/english.ts';
import { readJournal, type JournalState } from '../engine/journal.ts';
import { EXIT, failure, XenwrightError } from '../errors.ts';
import type { Facts, InstallMarker } from '../facts/facts.ts';
import { finishedHost } from '../facts/finished-host.ts';
import type { Plan } from '../plan/plan.ts';
import { isRelease } from '../plan/sections/section-storage.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import { earlierFacts, journalLines } from '../system/run/state.ts';
import { factsOnTarget, journalOnTarget } from '../system/disk/target-copy.ts';
import { refuseFinishedHost } from './install-guards.ts';
import { factsOfRun } from './run-facts.ts';

export interface EarlierRun {
  readonly facts: Facts;
  readonly planHash: string;
  readonly complete: boolean;
  /** Ids of its finished actions. */
  readonly finished: ReadonlySet<string>;
  /** It ended before it began with the disk: nothing of it is there that could be lost. Default: false. */
  readonly isUntouched?: boolean;
  /** The boot partition that has its state; null: the state folder has it. */
  readonly device: string | null;
}
const NOTHING: ReadonlySet<string> = new Set();
/**
 * How a run begins: `anew` (what the folder has is set aside), with the state found on a device, or with the folder as
 * it is.
 */
export type Beginning = { readonly how: 'anew' | 'folder' } | { readonly how: 'device'; readonly device: string };
export interface Decision {
  readonly facts: Facts;
  readonly beginning: Beginning;
  /** Told to people. */
  readonly said: string | null;
  /** Of the run that is gone on with. */
  readonly finished: ReadonlySet<string>;
}

/** The run before this one. The folder's comes first: it is of this very boot, or of a folder that somebody named. */
export async function earlierRun(folder: string, isNamed: boolean, probed: Facts): Promise<EarlierRun | null> {
  const facts = await earlierFacts(folder);
  const journal = facts === null ? null : await journalOf(() => journalLines(folder));
  if (facts !== null && journal !== null)
    return {
      facts,
      planHash: journal.planHash,
      complete: journal.complete,
      finished: journal.finished,
      isUntouched: ![...journal.started].some(isRelease),
      device: null,
    };
  if (isNamed) return null;
  for (const { begun } of probed.disks) {
    if (begun === undefined || begun.planHash === null) continue;
    const there = await factsOnTarget(begun.device);
    if (there === null) throw failure('state-unreadable', EXIT.refused, { device: begun.device });
    return {
      facts: there,
      planHash: begun.planHash,
      complete: false,
      finished: (await journalOf(() => journalOnTarget(begun.device)))?.finished ?? NOTHING,
      device: begun.device,
    };
  }
  return null;
}

async function journalOf(lines: () => Promise<readonly string[]>): Promise<JournalState | null> {
  return await readJournal({ lines, append: async () => undefined });
}

/** What `decide` goes by. */
interface DecideOptions {
  readonly isNamed: boolean;
  readonly isFound: boolean;
  /** The command that gives the earlier run up, for hints. */
  readonly startAgain?: string;
  readonly planOf: (facts: Facts) => Plan | null;
}

/**
 * What to plan with, and how to begin. `planOf` gives the plan for facts that passed the checks, null where they do
 * not. Throws `already-installed`, `other-plan` and `other-machine` (all exit 4).
 */
export function decide(
  profile: EffectiveProfile,
  probed: Facts,
  earlier: EarlierRun | null,
  options: DecideOptions,
): Decision {
  if (earlier === null) {
    refuseFinishedHost(profile, probed);
    return { facts: probed, beginning: { how: 'folder' }, said: null, finished: NOTHING };
  }
  return earlier.complete
    ? decideAfterComplete(profile, probed, earlier, options)
    : decideAfterUnfinished(profile, probed, earlier, options);
}

/** A run that was finished stands, unless the profile allows a reinstall of what it has left. */
function decideAfterComplete(
  profile: EffectiveProfile,
  probed: Facts,
  earlier: EarlierRun,
  { planOf }: DecideOptions,
): Decision {
  // The profile allows a reinstall of what was finished here: the old run is over.
  const again =
    markersOn(probed).length > 0 &&
    profile.install.reinstall !== 'never' &&
    finishedHost(profile, probed.disks) === null;
  if (again) return begunAgain(probed, null);
  const facts = factsOfRun(earlier.facts, probed);
  if (planOf(facts)?.hash !== earlier.planHash) refuseFinishedHost(profile, probed);
  return { facts, beginning: { how: 'folder' }, said: null, finished: earlier.finished };
}

/** A run that was not finished goes on where its plan is made again, and is replaced where nothing is lost by that. */
function decideAfterUnfinished(
  profile: EffectiveProfile,
  probed: Facts,
  earlier: EarlierRun,
  { isNamed, isFound, startAgain = '--state FOLDER', planOf }: DecideOptions,
): Decision {
  // A kill between the marker and the journal's last line leaves the run's own marker.
  if (!markersOn(probed).some(({ planHash }) => planHash === earlier.planHash)) refuseFinishedHost(profile, probed);
  if (
    earlier.isUntouched === true &&
    !probed.disks.some(({ begun }) => begun !== undefined && begun.planHash !== null)
  ) {
    // Nothing is kept of such a run, so nothing is lost: whatever keeps its plan from being made again, the new one
    // takes its place.
    const facts = sameMachine(earlier.facts, probed);
    if (facts === null || planOf(facts)?.hash !== earlier.planHash)
      return begunAgain(probed, english('cli.install.replacesUntouched'));
  }
  // Somebody has named this profile and has written that anything may be overwritten: a run of another one may then go,
  // too.
  const mayReplace = !isNamed && !isFound && profile.install.overwrite === 'any';
  const replaced = begunAgain(probed, english('cli.install.replacesAny'));
  let facts: Facts;
  try {
    facts = factsOfRun(earlier.facts, probed);
  } catch (error) {
    if (mayReplace) return replaced;
    throw error;
  }
  const plan = planOf(facts);
  if (plan !== null && plan.hash !== earlier.planHash) {
    if (mayReplace) return replaced;
    throw otherRun(earlier, plan, { isNamed, startAgain });
  }
  const { finished, device } = earlier;
  if (device === null) return { facts, beginning: { how: 'folder' }, said: null, finished };
  return {
    facts,
    finished,
    beginning: { how: 'device', device },
    said: english('cli.install.continues', { plan: earlier.planHash.slice(0, 12), device }),
  };
}

function begunAgain(facts: Facts, said: string | null): Decision {
  return { facts, beginning: { how: 'anew' }, said, finished: NOTHING };
}

function markersOn({ disks }: Facts): InstallMarker[] {
  return disks.flatMap((disk) => (disk.installMarker === null ? [] : [disk.installMarker]));
}

/** Null: another machine, or other disks. */
function sameMachine(earlier: Facts, now: Facts): Facts | null {
  try {
    return factsOfRun(earlier, now);
  } catch (error) {
    if (error instanceof XenwrightError) return null;
    throw error;
  }
}

function otherRun(
  { planHash, device }: EarlierRun,
  plan: Plan,
  { isNamed, startAgain }: { readonly isNamed: boolean; readonly startAgain: string },
): XenwrightError {
  const values = { before: planHash.slice(0, 12), now: plan.hash.slice(0, 12), startAgain };
  if (device === null) return failure(isNamed ? 'other-plan.resume' : 'other-plan.found', EXIT.refused, values);
  return failure(isNamed ? 'other-plan.device' : 'other-plan.foundDevice', EXIT.refused, { ...values, device });
}
