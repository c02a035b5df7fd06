/**
 * The DomU that a command is to change, and the host that it is on: looked at together, refused before anything is
 * written.
 */
import type { Facts } from '../../../facts/facts.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import type { DomuRecord } from '../../../plan/domu/domu-record.ts';
import { DOMU_RECORDS, KEPT_PROFILE } from '../../../facts/host-places.ts';
import { EXIT, failure } from '../../../errors.ts';
import type { EffectiveProfile } from '../../../profile/effective.ts';
import { loadProfile } from '../../../profile/load.ts';
import { acquireLock } from '../../../system/files/lock.ts';
import { keepLock } from '../../../system/files/kept-lock.ts';
import { readHost } from '../host.ts';
import { mediumDevice } from '../places.ts';
import type { Power } from '../power.ts';
import { chosen, readTargets, type Target } from '../targets.ts';
import { changeRefused } from './refusal.ts';
import type { ChangeWorld } from './world.ts';

/** The host as it was planned, and as it keeps it. */
export interface KeptHost {
  readonly keptText: string;
  readonly kept: EffectiveProfile;
  readonly facts: Facts;
}

/** Throws `not-a-host` (exit 4), and `kept-profile`. */
export async function keptHost({ port }: Pick<Power, 'port'>): Promise<KeptHost> {
  const host = await readHost(port);
  const { profile: kept } = loadProfile(host.profile, KEPT_PROFILE);
  if (kept === null) throw failure('kept-profile', EXIT.refused, { keptName: KEPT_PROFILE });
  return { keptText: host.profile, kept, facts: host.facts(mediumDevice(kept, host.facts)) };
}

/** A DomU with a record: as it is, with the texts that say so. */
export interface Subject {
  readonly target: Target;
  readonly record: DomuRecord;
  readonly recordText: string;
  /** Null: it is missing, or cannot be read. */
  readonly config: string | null;
}

/** With a configuration that can be read. */
export async function subjectOf(name: string, power: Power): Promise<Subject & { readonly config: string }> {
  const subject = await recordedOf(name, power);
  const { config } = subject;
  if (config === null) throw changeRefused(name, 'config', { path: subject.record.config });
  return { ...subject, config };
}

/** Throws `no-such-domu` (exit 2), `change-refused` (exit 4) and what `readTargets` does. */
export async function recordedOf(name: string, power: Power): Promise<Subject> {
  const [target] = chosen(await readTargets(power.port), [name]);
  const known = target?.known ?? null;
  if (target === undefined || known?.record == null)
    throw changeRefused(name, 'byHand', { command: commandLine(['xenwright', 'domu', 'adopt', name]) });
  if (known.isInRescue)
    throw changeRefused(name, 'inRescue', { command: commandLine(['xenwright', 'domu', 'rescue', name, '--close']) });
  const recordText = await power.port.read(`${DOMU_RECORDS}/${name}.json`);
  if (recordText === null) throw changeRefused(name, 'config', { path: `${DOMU_RECORDS}/${name}.json` });
  return { target, record: known.record, recordText, config: await power.port.read(known.config) };
}

/** Nobody else changes DomUs of this host meanwhile, or starts this one. Throws `target-locked` and `change-refused`. */
export async function inHand<T>(name: string, world: ChangeWorld, use: () => Promise<T>): Promise<T> {
  const lock = await acquireLock(`${world.root}${world.lock}`, { key: 'cli.places.domus' });
  try {
    const start = await keepLock(`${world.root}${world.starts}/${name}.lock`, LOCK_WAIT_MS);
    if (start === null) throw changeRefused(name, 'locked');
    try {
      return await use();
    } finally {
      await start.release();
    }
  } finally {
    await lock.release();
  }
}

const LOCK_WAIT_MS = 10_000;
