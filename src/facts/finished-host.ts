/**
 * A finished host among the disks of this machine: what it says of itself, and whether the profile allows to install
 * over it. Pure.
 */
import type { EffectiveProfile } from '../profile/effective.ts';
import { NAMED_ONLY } from './disk-fit.ts';
import type { DiskFacts, InstallMarker } from './facts.ts';
import { isRecord, parseJson } from './lsblk.ts';
import { recordIn } from './record-forms.ts';
import { selectDisks } from './select-disks.ts';

export interface FinishedHost {
  readonly disk: DiskFacts;
  readonly marker: InstallMarker;
}

/**
 * The marker's file as facts have it; null where it is none. One of a newer Xenwright counts as well, by what it says
 * of itself: a finished host is never installed over by an older one.
 */
export function parseMarker(text: string | null): InstallMarker | null {
  const said = parseJson(text);
  const read = recordIn('marker', said);
  const marker = read.is === 'known' ? read.record : said;
  if (!isRecord(marker)) return null;
  const { id, planHash, finished, hostname, tokens } = marker;
  if (typeof id !== 'string' || typeof planHash !== 'string') return null;
  return {
    id,
    planHash,
    ...(typeof finished === 'string' ? { finished } : {}),
    ...(typeof hostname === 'string' ? { hostname } : {}),
    ...(Array.isArray(tokens) ? { tokens: tokens.filter((token) => typeof token === 'string') } : {}),
  };
}

/** The token of `once:TOKEN`; null for the other words. */
export function tokenOf(reinstall: string): string | null {
  return reinstall.startsWith('once:') ? reinstall.slice('once:'.length) : null;
}

/** Tokens that hosts on these disks were installed by. */
export function consumedTokens(disks: readonly DiskFacts[]): string[] {
  return [...new Set(disks.flatMap((disk) => disk.installMarker?.tokens ?? []))];
}

/**
 * The finished host that forbids an install here; null when nothing does. It counts on every fixed disk of the machine,
 * whatever the profile says of disks, and on others when the profile chooses them: a USB drive or a LUN may carry
 * somebody else's host.
 */
export function finishedHost(profile: EffectiveProfile, disks: readonly DiskFacts[]): FinishedHost | null {
  const chosen = selectDisks(profile.host.storage.disks, disks, { overwrite: 'any' }).disks;
  const finished = disks.flatMap((disk) =>
    disk.installMarker === null || (isForeign(disk) && !chosen.includes(disk))
      ? []
      : [{ disk, marker: disk.installMarker }],
  );
  const [first] = finished;
  return first === undefined ||
    mayReinstall(
      profile.install.reinstall,
      finished.map(({ disk }) => disk),
    )
    ? null
    : first;
}

/** The disk whose host a booted medium starts: one that stays in the machine, before a drive that was plugged in. */
export function diskToStart(disks: readonly DiskFacts[]): DiskFacts | undefined {
  const finished = disks.filter(({ installMarker }) => installMarker !== null);
  return finished.find((disk) => !isForeign(disk)) ?? finished[0];
}

function mayReinstall(reinstall: string, disks: readonly DiskFacts[]): boolean {
  const token = tokenOf(reinstall);
  return token === null ? reinstall === 'always' : !consumedTokens(disks).includes(token);
}

function isForeign(disk: DiskFacts): boolean {
  return disk.removable || disk.bootMedium || NAMED_ONLY.has(disk.transport);
}
