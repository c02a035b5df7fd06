/**
 * Names that an install gives, and that something on another disk of this machine has already: found before anything is
 * written. What is on the chosen disk goes with it. Pure.
 */
import type { DiskFacts, Facts, FoundUuid } from '../../facts/facts.ts';
import { listed, type Phrase, type Word } from '../../i18n/phrase.ts';
import { PlanRefusal } from '../refusal.ts';
import type { StorageGraph } from './graph.ts';

/** What an install gives. `volumeGroup`: null for layouts without one. */
interface Given {
  readonly graph: Pick<StorageGraph, 'nodes'>;
  readonly volumeGroup: string | null;
}

/** Throws `group-exists` and `partitions-exist` (exit 4). */
export function refuseTakenNames(facts: Facts, chosen: readonly DiskFacts[], { graph, volumeGroup }: Given): void {
  const others = facts.disks.filter((disk) => !chosen.some(({ path }) => path === disk.path));
  refuseTakenUuids(others, facts.otherUuids ?? [], graph);
  if (volumeGroup === null) return;
  const devices: Word[] = [
    ...others.flatMap((disk) =>
      disk.holds.filter(({ group }) => group === volumeGroup).map(({ path }) => onDisk(path, disk)),
    ),
    ...(facts.otherGroups ?? []).filter(({ group }) => group === volumeGroup).map(({ path }) => path),
  ];
  if (devices.length > 0) throw new PlanRefusal('group-exists', { group: volumeGroup, devices: listed(devices) });
}

/**
 * The ids are of the host and of the disk: another disk has them where it is a copy of the chosen one, or where neither
 * has a number of its own.
 */
function refuseTakenUuids(
  others: readonly DiskFacts[],
  otherUuids: readonly FoundUuid[],
  { nodes }: Pick<StorageGraph, 'nodes'>,
): void {
  const given = new Set(nodes.flatMap(({ uuid }) => (uuid === null ? [] : [uuid.toLowerCase()])));
  const takenIn = (uuids: readonly FoundUuid[]): string[] => [
    ...new Set(uuids.filter(({ uuid }) => given.has(uuid)).map(({ path }) => path)),
  ];
  for (const disk of others) {
    const partitions = takenIn(disk.uuids ?? []);
    if (partitions.length > 0)
      throw new PlanRefusal('partitions-exist', {
        partitions: listed(partitions),
        disk: disk.path,
        serial: serialOf(disk),
      });
  }
  const devices = takenIn(otherUuids);
  if (devices[0] !== undefined)
    throw new PlanRefusal('partitions-exist', {
      partitions: listed(devices),
      disk: devices[0],
      serial: { key: 'parts.disk.unknown' },
    });
}

function onDisk(path: string, disk: DiskFacts): Phrase {
  return { key: 'parts.disk.content', values: { path, disk: disk.path, serial: serialOf(disk) } };
}

function serialOf({ serial }: DiskFacts): Word {
  return serial ?? { key: 'parts.disk.unknown' };
}
