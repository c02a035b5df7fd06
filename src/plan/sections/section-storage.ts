/** The disk's actions: release, partition, then volumes and filesystems side by side. Pure. */
import type { Action } from '../action.ts';
import { bootFeatures, extFeatures } from '../storage/features.ts';
import { deriveUuid } from '../identity.ts';
import type { HostModel, ResolvedVolume } from '../model.ts';
import { partitionDevice } from '../storage/partitions.ts';
import { action } from './sections.ts';
import type { StoragePlan } from '../storage/storage.ts';
import { wipeLimitMs, wipeSeconds } from '../storage/wipe.ts';
import { dom0TreeSpec } from './tree-specs.ts';
import { isReadByPygrub, PYGRUB_USER } from '../domu/pygrub.ts';

/** The first action that writes to a disk. */
export const RELEASED = 'host/disk/release';
export const PARTITIONED = 'host/disk/partition';
const GROUPED = 'host/group';

/** Dom0 can be mounted whole after these. */
export const DOM0_READY = ['dom0/root/write', 'dom0/boot-files'];

/** Id of the action after which a volume is there to be written: for a DomU's, with nothing of before in it. */
export function volumeReady(volume: ResolvedVolume, storage: StoragePlan): string {
  return isWiped(volume, storage) ? `${volume.domain}/wipe/${volume.name}` : volumeMade(volume, storage);
}

function volumeMade(volume: ResolvedVolume, storage: StoragePlan): string {
  if (volume.device.startsWith('/dev/disk/')) return PARTITIONED;
  return `${volume.domain}/${storage.volumeGroup === null ? 'file' : 'volume'}/${volume.name}`;
}

/** No guest reads what anybody wrote before it. What is Dom0's stays in Dom0, and a file is made again. */
function isWiped(volume: ResolvedVolume, storage: StoragePlan): boolean {
  return storage.wipe !== null && volume.domain !== 'dom0' && !isFile(volume, storage);
}

export function filesystemId(domain: string, name: string): string {
  return `${domain}/filesystem/${name}`;
}

/** The whole disk and Dom0's volumes on it. `first`: what must be done before anything is written. */
export function storageActions(model: HostModel, storage: StoragePlan, first: readonly string[]): Action[] {
  const { diskPath: disk, partitions, volumeGroup } = storage;
  // The appliance's name for an image is also that of some real disk on the machine at hand.
  const isImage = model.facts.kind === 'image';
  const list: Action[] = [
    action(
      'disk.release',
      RELEASED,
      'host',
      isImage ? { id: 'releaseImage' } : { id: 'releaseDisk', values: { disk: storage.disk.path } },
      first,
      { disk },
    ),
    action(
      'disk.partition',
      PARTITIONED,
      'host',
      isImage ? { id: 'partitionImage' } : { id: 'partitionDisk', values: { disk: storage.disk.path } },
      [RELEASED],
      { disk, diskUuid: deriveUuid(model.facts.seed, 'disk', 0), partitions: partitions.all },
    ),
  ];
  if (volumeGroup !== null) {
    const [physical] = partitions.rest;
    if (physical === undefined) throw new Error('the lvm layout has no physical volume');
    list.push(
      action('lvm.group', GROUPED, 'host', { id: 'group', values: { group: volumeGroup } }, [PARTITIONED], {
        group: volumeGroup,
        devices: [partitionDevice(physical)],
      }),
    );
  }
  return [
    ...list,
    ...model.volumes.flatMap((volume) => volumeActions(model, storage, volume, model.profile.host.release)),
  ];
}

/** Makes one volume and its filesystem; `release` is whose tools will mount it. Roots get their filesystem from a base. */
export function volumeActions(
  model: HostModel,
  storage: StoragePlan,
  volume: ResolvedVolume,
  release: string,
): Action[] {
  const { domain, name, device, filesystem, sizeMiB } = volume;
  const [made, ready] = [volumeMade(volume, storage), volumeReady(volume, storage)];
  const list: Action[] = [];
  if (storage.volumeGroup !== null && made !== PARTITIONED)
    list.push(
      action('lvm.volume', made, domain, { id: 'volume', values: { name, size: sizeMiB } }, [GROUPED], {
        group: storage.volumeGroup,
        name,
        sizeMiB,
      }),
    );
  if (isFile(volume, storage)) {
    list.push(
      action('file.allocate', made, domain, { id: 'allocate', values: { name, size: sizeMiB } }, DOM0_READY, {
        tree: dom0TreeSpec(model),
        path: device,
        sizeMiB,
        ...(isReadByPygrub(volume, model.domus) ? { group: PYGRUB_USER.id } : {}),
      }),
    );
    // Files are formatted where they lie, inside Dom0's tree: `fileFilesystems`.
    return list;
  }
  if (isWiped(volume, storage)) list.push(...wipeActions(storage, volume));
  if (volume.use === 'root' || (filesystem !== 'ext4' && filesystem !== 'vfat' && filesystem !== 'swap')) return list;
  const features = filesystem !== 'ext4' ? [] : volume.use === 'boot' ? bootFeatures() : extFeatures(release);
  list.push(
    action(
      'filesystem.make',
      filesystemId(domain, name),
      domain,
      { id: 'format', values: { name, filesystem } },
      [ready],
      {
        device,
        filesystem,
        label: volume.label,
        uuid: volume.uuid,
        features,
        ...(isWiped(volume, storage) ? { wiped: true as const } : {}),
      },
    ),
  );
  return list;
}

/** Nothing of before is left in it; `[]` where nothing has to be done. */
function wipeActions(storage: StoragePlan, volume: ResolvedVolume): Action[] {
  const { wipe } = storage;
  if (wipe === null) return [];
  const { domain, name, device, sizeMiB } = volume;
  const seconds = wipeSeconds(wipe, sizeMiB);
  return [
    action(
      'volume.wipe',
      volumeReady(volume, storage),
      domain,
      wipe.by === 'device'
        ? { id: 'zeroByDisk', values: { name, size: sizeMiB } }
        : { id: 'zeroByWriting', values: { name, size: sizeMiB, seconds } },
      [volumeMade(volume, storage)],
      { device, by: wipe.by },
      { weight: seconds, timeoutMs: wipeLimitMs(sizeMiB), uses: { disk: wipe.units } },
    ),
  ];
}

/** Layout `plain`: a DomU's disk is a file on Dom0's data partition. */
export function isFile(volume: ResolvedVolume, storage: StoragePlan): boolean {
  return storage.volumeGroup === null && volume.domain !== 'dom0';
}
