/**
 * Layout `lvm`: one physical volume fills the disk; a logical volume each for Dom0's root, swap, cache and the DomUs'
 * disks. Pure.
 */
import { FIXED_MIB, planPartitions } from './partitions.ts';
import { fixedVolumes } from './fixed.ts';
import { assertFits, type Layout } from './layout.ts';
import { share, volumeOf, volumeRequests } from './volume-requests.ts';

export const EXTENT_MIB = 4;
/** LVM's own metadata at the start of the physical volume, rounded up to an extent. */
export const LVM_METADATA_MIB = 4;

export const planLvm: Layout = ({ profile, seed, disk, bootMiB, mediumBytes }) => {
  const { volumeGroup, reserve } = profile.host.storage;
  const partitions = planPartitions(seed, 0, bootMiB, [{ label: 'xw-lvm', typeCode: '8E00', sizeMiB: null }]);
  const groupMiB = Math.floor((disk.sizeMiB - FIXED_MIB - bootMiB - LVM_METADATA_MIB) / EXTENT_MIB) * EXTENT_MIB;
  const list = volumeRequests(profile, mediumBytes);
  const shares = share(list, reserve, groupMiB, EXTENT_MIB);
  assertFits(disk, shares.neededMiB, groupMiB, 'group');
  const volumes = list.map((request, index) =>
    volumeOf(request, `/dev/${volumeGroup}/${request.name}`, shares.sizesMiB[index] ?? 0, seed),
  );
  // All that nobody asked for stays free in the group too.
  const reserveMiB = groupMiB - volumes.reduce((sum, volume) => sum + volume.sizeMiB, 0);
  return {
    disk,
    diskPath: disk.byId ?? disk.path,
    partitions,
    volumes: [...fixedVolumes(seed, partitions, bootMiB), ...volumes],
    volumeGroup,
    reserveMiB,
  };
};
