/**
 * Disks as the wizard offers them: why one cannot be chosen, what one is, and the selector that means this one only.
 * Pure.
 */
import { refusalOf } from '../../facts/disk-fit.ts';
import type { DiskFacts } from '../../facts/facts.ts';
import { selectDisks } from '../../facts/select-disks.ts';
import type { DiskSelector } from '../../profile/effective.ts';
import type { Words } from '../questions/screen.ts';
import { getAt, isMap, listAt, type Draft, type PlainMap } from './draft.ts';

/** Why a person cannot choose it; null when they can. A person who points at a USB disk has named it. */
export function refusalOfDisk(disk: DiskFacts): Words | null {
  if (disk.installMarker !== null)
    return { key: 'options.finishedHost', values: { id: disk.installMarker.id.slice(0, 12) } };
  const reasons = refusalOf(disk, { count: 1, transport: disk.transport }, 'any');
  return reasons.length === 0 ? null : { list: reasons, by: 'semicolon' };
}

export function canBeChosen(disk: DiskFacts): boolean {
  return refusalOfDisk(disk) === null;
}

/**
 * What stands in the profile for this disk: the first of serial, WWN and path that means no other. Null when nothing
 * does.
 */
export function selectorFor(disk: DiskFacts, disks: readonly DiskFacts[]): PlainMap | null {
  const plain = selectDisks([{ count: 1, ...named(disk, {}) }], disks, { overwrite: 'any' }).problems.length > 0;
  // Removable disks and their like are only taken when their transport is named.
  const more = plain && refusalOf(disk, { count: 1 }, 'any').length > 0 ? { transport: disk.transport } : {};
  const candidates = [
    disk.serial === null ? null : { serial: disk.serial },
    disk.wwn === null ? null : { wwn: disk.wwn },
    disk.byId === null ? null : { path: disk.byId },
    { path: disk.path },
  ];
  for (const candidate of candidates) {
    if (candidate === null) continue;
    const selector = { ...candidate, ...more };
    const { disks: chosen, problems } = selectDisks([{ ...selector, count: 1 }], disks, { overwrite: 'any' });
    if (problems.length === 0 && chosen[0] === disk) return selector;
  }
  return null;
}

function named(disk: DiskFacts, more: Partial<DiskSelector>): Partial<DiskSelector> {
  return { path: disk.path, ...more };
}

/** The disk that the draft's selectors mean on this machine; null when they mean none, or more than one. */
export function chosenDisk(draft: Draft, disks: readonly DiskFacts[]): DiskFacts | null {
  const selectors = listAt(draft.profile, ['host', 'storage', 'disks']);
  if (selectors.length === 0 || !selectors.every(isMap)) return null;
  try {
    const { disks: chosen, problems } = selectDisks(
      selectors.map((selector) => ({ count: 1, ...(selector as Partial<DiskSelector>) })),
      disks,
      { overwrite: 'any' },
    );
    return problems.length === 0 && chosen.length === 1 ? (chosen[0] ?? null) : null;
  } catch {
    // Words of a loaded profile that are no selector: check says so.
    return null;
  }
}

/**
 * The disk that is offered first: the largest that holds nothing, else the largest that can be chosen and is no
 * removable one.
 */
export function likelyDisk(disks: readonly DiskFacts[]): DiskFacts | null {
  const fit = disks.filter((disk) => canBeChosen(disk) && refusalOf(disk, { count: 1 }, 'any').length === 0);
  const blank = fit.filter((disk) => disk.holds.length === 0);
  return (blank.length > 0 ? blank : fit).toSorted((a, b) => b.sizeMiB - a.sizeMiB)[0] ?? null;
}

/** Are the draft's disks what an image has anyway? */
export function fitsImage(draft: Draft): boolean {
  const disks = getAt(draft.profile, ['host', 'storage', 'disks']);
  return disks === undefined || ['[{"largest":true}]', '[{"smallest":true}]'].includes(JSON.stringify(disks));
}
