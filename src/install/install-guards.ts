/**
 * What keeps an install off the wrong machine: finished hosts, and what is not blank when the profile was only found.
 * Pure.
 */
import { EXIT, failure, XenwrightError } from '../errors.ts';
import type { Message } from '../i18n/phrase.ts';
import type { Values } from '../i18n/said.ts';
import type { Facts } from '../facts/facts.ts';
import { consumedTokens, finishedHost, tokenOf, type FinishedHost } from '../facts/finished-host.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import type { PreparedProfile } from './prepare.ts';

/**
 * A profile that was found (by a label, by DHCP) and says nothing of it may only take blank disks: nobody has named
 * this machine.
 */
export function withOverwrite(prepared: PreparedProfile, found: boolean): PreparedProfile {
  const { profile } = prepared;
  if (!found || profile.install.overwrite !== null) return prepared;
  const careful = { ...profile, install: { ...profile.install, overwrite: 'blank' as const } };
  return { ...prepared, profile: careful, loaded: { ...prepared.loaded, profile: careful } };
}

/**
 * Throws `already-installed` (exit 4) where a finished host is on this machine's disks and `install.reinstall` does not
 * allow it.
 */
export function refuseFinishedHost(profile: EffectiveProfile, facts: Facts): void {
  const finished = finishedHost(profile, facts.disks);
  if (finished !== null) throw alreadyInstalled(profile, finished);
}

function alreadyInstalled(profile: EffectiveProfile, { disk, marker }: FinishedHost): XenwrightError {
  const token = tokenOf(profile.install.reinstall);
  const known: Message[] = [
    ...(marker.hostname === undefined ? [] : [marker.hostname]),
    `id ${marker.id}`,
    ...(marker.finished === undefined
      ? []
      : [{ key: 'errors.already-installed.since' as const, values: { time: marker.finished } }]),
  ];
  const values: Values = { disk: disk.path, known: { list: known, by: 'comma' } };
  return token === null
    ? failure('already-installed.disk', EXIT.refused, values)
    : failure('already-installed.token', EXIT.refused, { ...values, token });
}

/**
 * The tokens that a host carries once it is finished: those it had, and the one that allows this install, also when the
 * disk was blank.
 */
export function tokensAfter(profile: EffectiveProfile, facts: Facts): string[] {
  const token = tokenOf(profile.install.reinstall);
  return [...new Set([...consumedTokens(facts.disks), ...(token === null ? [] : [token])])];
}
