/**
 * Layout `plain`: root and swap are partitions, and a data partition holds the cache and preallocated raw files, one
 * per DomU disk. Pure.
 */
import { deriveUuid } from '../identity.ts';
import type { ResolvedVolume } from '../model.ts';
import { FIXED_MIB, partitionDevice, planPartitions } from './partitions.ts';
import { fixedVolumes } from './fixed.ts';
import { assertFits, type Layout } from './layout.ts';
import { share, volumeOf, volumeRequests } from './volume-requests.ts';

/** Where DomU disks lie, on the data partition. */
const PLAIN_FOLDER = '/var/lib/xenwright/domus';
/** What the data partition's filesystem takes for itself. */
export const PLAIN_OVERHEAD = 0.03;

export const planPlain: Layout = ({ profile, seed, disk, bootMiB, mediumBytes }) => {
  const restMiB = disk.sizeMiB - FIXED_MIB - bootMiB;
  const usableMiB = Math.floor(restMiB * (1 - PLAIN_OVERHEAD));
  const list = volumeRequests(profile, mediumBytes);
  const shares = share(list, profile.host.storage.reserve, usableMiB, 1);
  assertFits(disk, shares.neededMiB, usableMiB, 'space');
  const sized = list.map((request, index) => ({ request, sizeMiB: shares.sizesMiB[index] ?? 0 }));
  const own = (use: string): number =>
    sized.find(({ request }) => request.domain === 'dom0' && request.use === use)?.sizeMiB ?? 0;
  const partitions = planPartitions(seed, 0, bootMiB, [
    { label: 'xw-root', typeCode: '8300', sizeMiB: own('root') },
    ...(own('swap') > 0 ? [{ label: 'xw-swap', typeCode: '8200', sizeMiB: own('swap') }] : []),
    ...(own('medium') > 0 ? [{ label: 'xw-medium', typeCode: '8300', sizeMiB: own('medium') }] : []),
    { label: 'xw-data', typeCode: '8300', sizeMiB: null },
  ]);
  const devices = new Map(partitions.rest.map((part) => [part.label, partitionDevice(part)]));
  // The cache is a folder on the data partition here: its size counts, but it is no volume of its own.
  const volumes = sized
    .filter(({ request }) => request.domain !== 'dom0' || request.use !== 'cache')
    .map(({ request, sizeMiB }) =>
      volumeOf(
        request,
        request.domain === 'dom0' ? (devices.get(`xw-${request.use}`) ?? '') : `${PLAIN_FOLDER}/${request.name}.img`,
        sizeMiB,
        seed,
      ),
    );
  const data: ResolvedVolume = {
    domain: 'dom0',
    use: 'cache',
    name: 'data',
    device: devices.get('xw-data') ?? '',
    uuid: deriveUuid(seed, 'dom0', 'data'),
    label: 'dom0-data',
    filesystem: 'ext4',
    mount: '/var/lib/xenwright',
    sizeMiB: restMiB - own('root') - own('swap') - own('medium'),
    guestDevice: null,
  };
  return {
    disk,
    diskPath: disk.byId ?? disk.path,
    partitions,
    volumes: [...fixedVolumes(seed, partitions, bootMiB), data, ...volumes],
    volumeGroup: null,
    reserveMiB: usableMiB - shares.sizesMiB.reduce((sum, size) => sum + size, 0),
  };
};
