/** What to mount to see a domain's tree whole. Pure. */
import type { MountSpec, TreeSpec } from '../action.ts';
import type { HostModel, ResolvedDomu, ResolvedVolume } from '../model.ts';

/** Dom0: root, then /boot, the ESP and /var/lib/xenwright. */
export function dom0TreeSpec(model: HostModel): TreeSpec {
  return {
    domain: 'dom0',
    mounts: outerFirst(model.volumes.filter(({ use }) => use !== 'medium')).map((volume) => ({
      device: volume.device,
      at: volume.mount,
      type: volume.filesystem === 'vfat' ? 'vfat' : 'ext4',
    })),
  };
}

/**
 * A DomU: its root and data volumes. With layout `plain` they are files on Dom0's data partition, mounted through loop
 * devices.
 */
export function domuTreeSpec(model: HostModel, domu: ResolvedDomu): TreeSpec {
  const data =
    model.profile.host.storage.layout === 'plain' ? model.volumes.find((volume) => volume.use === 'cache') : undefined;
  const asFile: Partial<MountSpec> =
    data === undefined ? {} : { options: 'loop', backing: { device: data.device, at: data.mount ?? '/' } };
  return {
    domain: domu.settings.name,
    mounts: outerFirst(domu.volumes).map((volume) => ({
      device: volume.device,
      at: volume.mount,
      type: 'ext4',
      ...asFile,
    })),
  };
}

/** Outer mounts first, so that the mount points of the inner ones are there. */
function outerFirst(volumes: readonly ResolvedVolume[]): (ResolvedVolume & { mount: string })[] {
  const depth = (path: string): number => path.split('/').filter((part) => part !== '').length;
  return volumes
    .filter((volume): volume is ResolvedVolume & { mount: string } => volume.mount !== null)
    .toSorted((a, b) => depth(a.mount) - depth(b.mount));
}
