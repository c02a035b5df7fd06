/** The disk's actions: release, partition, then filesystems and volumes side by side. Pure. */
import type { Action } from './action.ts';
import { bootFeatures, extFeatures } from './features.ts';
import type { HostModel, ResolvedVolume } from './model.ts';
import { partitionDevice } from './partitions.ts';
import { action } from './sections.ts';
import type { StoragePlan } from './storage.ts';
import { dom0TreeSpec } from './tree-specs.ts';

export const PARTITIONED = 'host/disk/partition';

/** Id of the action after which a volume is there to be written. */
export function volumeReady(volume: ResolvedVolume, storage: StoragePlan): string {
  if (volume.device.startsWith('/dev/disk/')) return PARTITIONED;
  return `${volume.domain}/${storage.volumeGroup === null ? 'file' : 'volume'}/${volume.name}`;
}

export function storageActions(model: HostModel, storage: StoragePlan, early: readonly string[]): Action[] {
  const { diskPath: disk, partitions, volumeGroup } = storage;
  const list: Action[] = [
    action('disk.release', 'host/disk/release', 'host', `Release ${storage.disk.path}`, early, { disk }),
    action('disk.partition', PARTITIONED, 'host', `Partition ${storage.disk.path}`, ['host/disk/release'], { disk, diskUuid: partitions.all[0]?.uuid.replace(/^./, 'd') ?? '', partitions: partitions.all }),
  ];
  if (volumeGroup !== null) {
    const last = partitions.rest[0];
    if (last === undefined) throw new Error('the lvm layout has no physical volume');
    list.push(action('lvm.group', 'host/group', 'host', `Make the volume group ${volumeGroup}`, [PARTITIONED], { group: volumeGroup, devices: [partitionDevice(last)] }));
  }
  for (const volume of storage.volumes) {
    const { domain, name } = volume;
    if (volumeGroup !== null && !volume.device.startsWith('/dev/disk/')) {
      list.push(action('lvm.volume', volumeReady(volume, storage), domain, `Make the volume ${name} (${volume.sizeMiB} MiB)`, ['host/group'], { group: volumeGroup, name, sizeMiB: volume.sizeMiB }));
    } else if (volumeGroup === null && domain !== 'dom0') {
      list.push(action('file.allocate', volumeReady(volume, storage), domain, `Allocate ${volume.device}`, [filesystemId('dom0', 'data'), 'dom0/root/write', 'dom0/boot-files', filesystemId('dom0', 'boot'), filesystemId('dom0', 'esp')], { tree: dom0TreeSpec(model), path: volume.device, sizeMiB: volume.sizeMiB }));
    }
    // Roots are written from a base, with their filesystem in it; a DomU's file is formatted through its own tree below.
    if (volume.use === 'root' || volume.filesystem === null) continue;
    const plainFile = volumeGroup === null && domain !== 'dom0';
    if (plainFile) continue;
    list.push(action('filesystem.make', filesystemId(domain, name), domain, `Format ${name} as ${volume.filesystem}`, [volumeReady(volume, storage)], {
      device: volume.device, filesystem: volume.filesystem as 'ext4' | 'vfat' | 'swap', label: volume.label, uuid: volume.uuid,
      features: volume.use === 'boot' ? bootFeatures() : extFeatures(releaseOf(model, domain)),
    }));
  }
  return list;
}

export function filesystemId(domain: string, name: string): string {
  return `${domain}/filesystem/${name}`;
}

function releaseOf(model: HostModel, domain: string): string {
  return model.domus.find((domu) => domu.settings.name === domain)?.settings.release ?? model.profile.host.release;
}
