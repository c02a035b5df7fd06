/**
 * Names that an install gives, and that something on another disk of this machine has already: found before anything is
 * written. What is on the chosen disk goes with it. Pure.
 */
import type { DiskFacts, Facts } from '../../facts/facts.ts';
import { listed, type Phrase, type Word } from '../../i18n/phrase.ts';
import { PlanRefusal } from '../refusal.ts';

/** `volumeGroup`: null for layouts without one. Throws `group-exists` and `partitions-exist` (exit 4). */
export function refuseTakenNames(facts: Facts, chosen: readonly DiskFacts[], volumeGroup: string | null): void {
  const others = facts.disks.filter((disk) => !chosen.some(({ path }) => path === disk.path));
  const [earlier] = others.filter(({ ownPartitions = [] }) => ownPartitions.length > 0);
  // Same machine, same names: their identities are derived from the machine.
  if (earlier !== undefined)
    throw new PlanRefusal('partitions-exist', {
      partitions: listed(earlier.ownPartitions ?? []),
      disk: earlier.path,
      serial: serialOf(earlier),
    });
  if (volumeGroup === null) return;
  const devices: Word[] = [
    ...others.flatMap((disk) =>
      disk.holds.filter(({ group }) => group === volumeGroup).map(({ path }) => onDisk(path, disk)),
    ),
    ...(facts.otherGroups ?? []).filter(({ group }) => group === volumeGroup).map(({ path }) => path),
  ];
  if (devices.length > 0) throw new PlanRefusal('group-exists', { group: volumeGroup, devices: listed(devices) });
}

function onDisk(path: string, disk: DiskFacts): Phrase {
  return { key: 'parts.disk.content', values: { path, disk: disk.path, serial: serialOf(disk) } };
}

function serialOf({ serial }: DiskFacts): Word {
  return serial ?? { key: 'parts.disk.unknown' };
}
