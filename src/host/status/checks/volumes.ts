/** Room in volume groups, and what fills: snapshots are lost when they are full, guests of a full thin pool stop. */
import {
  GROUPS_ASKED,
  parseGroups,
  parseVolumes,
  VOLUMES_ASKED,
  type VolumeFill,
  type VolumeGroupFill,
} from '../../../facts/volume-fill.ts';
import { finding, notKnown, row, stateFrom, type StatusFinding } from '../finding.ts';
import { textOf, type Answer } from '../port.ts';

interface VolumesSeen {
  readonly isRoot: boolean;
  readonly groups: Answer;
  readonly volumes: Answer;
}

const LIMITS = { warning: 0.8, critical: 0.95 };
const MIB = 2 ** 20;

export const volumes = row<VolumesSeen>({
  name: 'volumes',
  look: async (port) => {
    const [groups, all] = await Promise.all([port.ask(GROUPS_ASKED), port.ask(VOLUMES_ASKED)]);
    return { isRoot: port.isRoot, groups, volumes: all };
  },
  judge: judgeVolumes,
});

export function judgeVolumes({ isRoot, groups, volumes: all }: VolumesSeen): StatusFinding[] {
  if (groups.kind === 'missing') return [];
  const [foundGroups, foundVolumes] = [parseGroups(textOf(groups) ?? ''), parseVolumes(textOf(all) ?? '')];
  // Without root the tools end well and list nothing.
  if (!isRoot || foundGroups === null) return [notKnown(GROUPS_ASKED[0] ?? '', groups, { isRoot })];
  if (foundVolumes === null) return [...foundGroups.map(ofGroup), notKnown(VOLUMES_ASKED[0] ?? '', all, { isRoot })];
  return [...foundGroups.map(ofGroup), ...foundVolumes.map(ofVolume)];
}

/** A group without room is no fault: its volumes were given all of it. */
function ofGroup({ name: subject, sizeBytes, freeBytes, missing }: VolumeGroupFill): StatusFinding {
  const figures = [{ name: 'groupFree', value: freeBytes } as const, { name: 'groupSize', value: sizeBytes } as const];
  if (missing > 0)
    return finding('hostStatus.volumes.missing', 'critical', {
      subject,
      values: { count: missing },
      figures,
      hint: 'hostStatus.volumes.missingHint',
    });
  return finding('hostStatus.volumes.group', 'ok', {
    subject,
    values: { free: { sizeMiB: Math.floor(freeBytes / MIB) }, size: { sizeMiB: Math.floor(sizeBytes / MIB) } },
    figures,
  });
}

function ofVolume({ name: subject, kind, used, fault }: VolumeFill): StatusFinding {
  const figures = used === null ? [] : [{ name: 'volumeFill', value: used, ...LIMITS } as const];
  if (fault !== null)
    return finding('hostStatus.volumes.fault', 'critical', {
      subject,
      values: { fault },
      figures,
      hint: 'hostStatus.volumes.faultHint',
    });
  const state = stateFrom(used ?? 0, LIMITS);
  return finding(kind === 'snapshot' ? 'hostStatus.volumes.snapshot' : 'hostStatus.volumes.pool', state, {
    subject,
    values: { percent: Math.floor((used ?? 0) * 100) },
    figures,
    ...(state === 'ok'
      ? {}
      : { hint: kind === 'snapshot' ? 'hostStatus.volumes.snapshotHint' : 'hostStatus.volumes.poolHint' }),
  });
}
