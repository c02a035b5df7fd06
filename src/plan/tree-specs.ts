/** What to mount to see a domain's tree whole. Pure. */
import type { TreeSpec } from './action.ts';
import type { HostModel, ResolvedDomu, ResolvedVolume } from './model.ts';

/** Dom0: root, then /boot, the ESP and the cache, outer mounts first. */
export function dom0TreeSpec(model: HostModel): TreeSpec {
  const mounted = model.volumes.filter((volume): volume is ResolvedVolume & { mount: string } => volume.mount !== null);
  return { domain: 'dom0', mounts: mounted.sort((a, b) => depth(a.mount) - depth(b.mount)).map((volume) => ({ device: volume.device, at: volume.mount, type: volume.filesystem === 'vfat' ? 'vfat' : 'ext4' })) };
}

/** A DomU: its root and data volumes. With layout `plain` they are files in Dom0's tree, mounted through loop devices. */
export function domuTreeSpec(model: HostModel, domu: ResolvedDomu): TreeSpec {
  const mounted = domu.volumes.filter((volume): volume is ResolvedVolume & { mount: string } => volume.mount !== null);
  const plain = model.profile.host.storage.layout === 'plain';
  return { domain: domu.settings.name, mounts: mounted.sort((a, b) => depth(a.mount) - depth(b.mount)).map((volume) => ({ device: volume.device, at: volume.mount, type: 'ext4', ...(plain ? { options: 'loop' } : {}) })) };
}

const depth = (path: string): number => (path === '/' ? 0 : path.split('/').length);
