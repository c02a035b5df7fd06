/** The volumes of a storage graph, each with its device and what is on it. Pure. */
import type { ResolvedVolume } from '../model.ts';
import { mountTypeOf, pathOf } from './devices/table.ts';
import { deviceOf, nodeOf, sectorBytesOf, type FilesystemNode, type StorageGraph } from './graph.ts';

/** The kernel refuses iso9660 on a device with larger sectors (isofs_fill_super); those of a loop on it are 512 bytes. */
const DISC_SECTOR_BYTES = 2048;

export function resolvedVolumes(graph: StorageGraph): ResolvedVolume[] {
  return graph.volumes.map((volume) => {
    const { domain, use, name, mount, guestDevice } = volume;
    const device = deviceOf(graph, volume);
    const filesystem = volume.filesystem === null ? null : (nodeOf(graph, volume.filesystem) as FilesystemNode);
    return {
      ...{ domain, use, name, mount, guestDevice },
      deviceId: device.id,
      filesystemId: volume.filesystem,
      device: pathOf(graph, device),
      handed: volume.handed === null ? null : pathOf(graph, nodeOf(graph, volume.handed)),
      uuid: (filesystem ?? device).uuid ?? '',
      label: filesystem?.label ?? '',
      filesystem: filesystem === null ? null : mountTypeOf(filesystem),
      sizeMiB: device.sizeMiB,
      ...(filesystem?.type === 'iso9660' && sectorBytesOf(graph, device.id) > DISC_SECTOR_BYTES
        ? { needsLoop: true as const }
        : {}),
    };
  });
}
