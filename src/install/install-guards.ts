/**
 * What keeps an install off the wrong machine: finished hosts, and what is not blank when the profile was only found.
 * Pure.
 */
import { EXIT, XenwrightError } from '../errors.ts';
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
  const known = [
    ...(marker.hostname === undefined ? [] : [marker.hostname]),
    `id ${marker.id}`,
    ...(marker.finished === undefined ? [] : [`since ${marker.finished}`]),
  ];
  return new XenwrightError({
    code: 'already-installed',
    exit: EXIT.refused,
    message: `${disk.path} carries a finished host (${known.join(', ')}): it is left alone, whatever the profile says now${token === null ? '' : `; the token ${token} was used for it already`}`,
    hint: 'boot its own disk; to install over it, set install.reinstall in the profile: once:TOKEN with a word that this host has not seen yet, or always',
  });
}

/**
 * The tokens that a host carries once it is finished: those it had, and the one that allows this install, also when the
 * disk was blank.
 */
export function tokensAfter(profile: EffectiveProfile, facts: Facts): string[] {
  const token = tokenOf(profile.install.reinstall);
  return [...new Set([...consumedTokens(facts.disks), ...(token === null ? [] : [token])])];
}
