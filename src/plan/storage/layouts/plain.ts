/**
 * Layout `plain`: root and swap are partitions, and a data partition holds the cache and preallocated raw files, one
 * for each disk of a DomU. Pure.
 */
import { deriveUuid } from '../../identity.ts';
import { ext4 } from '../devices/ext4.ts';
import type { DeviceNode, PoolNode } from '../graph.ts';
import { filled, placed, seedOf, sizedRequests, type Layout, type LayoutInput, type SizedRequest } from './layout.ts';
import { fixedMiB, systemDisk, type PartitionRequest } from './system-disk.ts';

/** Where DomU disks lie, on the data partition. */
const FOLDER = '/var/lib/xenwright/domus';
/** So that what was rounded still fits. */
const SPARE_MIB = 4;

export const plain: Layout = {
  group: null,
  mostDisks: 1,
  needsDeviceMapper: false,
  sizesAreFixed: true,
  mayHoldOld: false,
  needsMiB: (volumesMiB) => ext4.needsMiB(volumesMiB) + SPARE_MIB,
  compose(input) {
    const [disk] = input.disks;
    const usableMiB = ext4.holdsMiB([(disk?.sizeMiB ?? 0) - fixedMiB(disk?.logicalSectorBytes) - input.bootMiB]);
    const requests = sizedRequests(input, usableMiB, ext4, 'space');
    const own = requests.filter(({ domain, use }) => domain === 'dom0' && use !== 'cache');
    const system = systemDisk(input, 0, [
      ...own.map(partitionOf),
      { label: 'xw-data', typeCode: '8300', sizeMiB: null },
    ]);
    const data = placed(input, dataRequest(input), system.partition('xw-data'));
    const freeMiB = usableMiB - requests.reduce((sum, { sizeMiB }) => sum + sizeMiB, 0);
    const pool = { ...(data.nodes[0] as DeviceNode), folder: FOLDER, freeMiB } as PoolNode;
    const partitions = own.map((request) => placed(input, request, system.partition(`xw-${request.use}`)));
    // The cache is a folder on the data partition here: its size counts, but it is no volume of its own.
    const files = filled(
      input,
      pool,
      requests.filter(({ domain }) => domain !== 'dom0'),
    );
    return {
      nodes: [...system.nodes, pool, ...[...partitions, ...files].flatMap(({ nodes }) => nodes)],
      volumes: [...system.volumes, data.volume, ...[...partitions, ...files].map(({ volume }) => volume)],
      bootSets: [system.bootSet],
    };
  },
};

function partitionOf({ use, sizeMiB }: SizedRequest): PartitionRequest {
  return { label: `xw-${use}`, typeCode: use === 'swap' ? '8200' : '8300', sizeMiB };
}

function dataRequest(input: LayoutInput): Omit<SizedRequest, 'sizeMiB'> {
  return {
    domain: 'dom0',
    use: 'cache',
    name: 'data',
    size: input.profile.host.storage.cache,
    filesystem: 'ext4',
    mount: '/var/lib/xenwright',
    label: 'dom0-data',
    uuid: deriveUuid(seedOf(input), 'dom0', 'data'),
    guestDevice: null,
  };
}
