/** What to mount to see a domain's tree whole. Pure. */
import type { MountSpec, TreeSpec } from '../action.ts';
import type { HostModel, ResolvedDomu, ResolvedVolume } from '../model.ts';
import { typeOf } from '../storage/devices/table.ts';
import { nodeOf } from '../storage/graph.ts';

/** Dom0: root, then /boot, the ESP and /var/lib/xenwright. */
export function dom0TreeSpec(model: HostModel): TreeSpec {
  return {
    domain: 'dom0',
    mounts: outerFirst(model.volumes.filter(({ use }) => use !== 'medium')).map((volume) => ({
      device: volume.device,
      at: volume.mount,
      type: volume.filesystem,
    })),
  };
}

/**
 * A DomU: its root and data volumes. Files are mounted through loop devices, from the filesystem of Dom0 they lie on.
 * What an earlier guest wrote to a disk that is kept is not for Dom0's kernel to read.
 */
export function domuTreeSpec(model: HostModel, domu: ResolvedDomu): TreeSpec {
  return {
    domain: domu.settings.name,
    mounts: outerFirst(domu.volumes.filter((volume) => !isKept(model, volume))).map((volume) => ({
      device: volume.device,
      at: volume.mount,
      type: volume.filesystem,
      ...asFile(model, volume),
    })),
  };
}

function isKept({ storage }: HostModel, { deviceId }: ResolvedVolume): boolean {
  return nodeOf(storage, deviceId).origin === 'kept';
}

function asFile({ storage, volumes }: HostModel, { deviceId }: ResolvedVolume): Partial<MountSpec> {
  const device = nodeOf(storage, deviceId);
  if (typeOf(device).isInTree !== true) return {};
  const below = volumes.find(({ filesystemId }) => filesystemId !== null && device.on.includes(filesystemId));
  return below === undefined ? {} : { options: 'loop', backing: { device: below.device, at: below.mount ?? '/' } };
}

type MountedVolume = ResolvedVolume & { readonly mount: string; readonly filesystem: string };

/** Outer mounts first, so that the mount points of the inner ones are there. */
function outerFirst(volumes: readonly ResolvedVolume[]): MountedVolume[] {
  const depth = (path: string): number => path.split('/').filter((part) => part !== '').length;
  return volumes
    .filter((volume): volume is MountedVolume => volume.mount !== null && volume.filesystem !== null)
    .toSorted((a, b) => depth(a.mount) - depth(b.mount));
}
