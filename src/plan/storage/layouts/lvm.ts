/**
 * Layout `lvm`: one physical volume fills the disk; a logical volume each for Dom0's root, swap, cache and the DomUs'
 * disks. Pure.
 */
import { lvmGroup, type LvmGroupNode } from '../devices/lvm-group.ts';
import { groupNameFaults, volumeNameFault } from '../devices/lvm-names.ts';
import { filled, sizedRequests, type Layout } from './layout.ts';
import { systemDisk } from './system-disk.ts';

export const lvm: Layout = {
  group: { nameFaults: groupNameFaults, volumeNameFault },
  mostDisks: 1,
  needsDeviceMapper: true,
  sizesAreFixed: false,
  mayHoldOld: true,
  needsMiB: (volumesMiB) => lvmGroup.needsMiB(volumesMiB),
  compose(input) {
    const system = systemDisk(input, 0, [{ label: 'xw-lvm', typeCode: '8E00', sizeMiB: null }]);
    const physical = system.partition('xw-lvm');
    const sizeMiB = lvmGroup.holdsMiB([physical.sizeMiB]);
    const requests = sizedRequests(input, sizeMiB, lvmGroup, 'group');
    const group: LvmGroupNode = {
      ...{ id: 'host/group', type: 'lvm-group', on: [physical.id], domain: 'host', origin: 'new', uuid: null },
      ...{ opener: 'initrd', sizeMiB, group: input.profile.host.storage.volumeGroup },
      // All that nobody asked for stays free in the group too.
      freeMiB: sizeMiB - requests.reduce((sum, request) => sum + request.sizeMiB, 0),
    };
    const volumes = filled(input, group, requests);
    return {
      nodes: [...system.nodes, group, ...volumes.flatMap(({ nodes }) => nodes)],
      volumes: [...system.volumes, ...volumes.map(({ volume }) => volume)],
      bootSets: [system.bootSet],
    };
  },
};
