/** The partitions that every layout has as volumes of Dom0: the ESP and /boot. Pure. */
import { deriveFatId, deriveUuid } from '../identity.ts';
import type { ResolvedVolume } from '../model.ts';
import { ESP_MIB, partitionDevice, type PartitionPlan } from './partitions.ts';

export function fixedVolumes(seed: string, partitions: PartitionPlan, bootMiB: number): ResolvedVolume[] {
  const own = { domain: 'dom0', use: 'boot', guestDevice: null } as const;
  return [
    {
      ...own,
      name: 'esp',
      device: partitionDevice(partitions.esp),
      uuid: deriveFatId(seed, 'dom0', 'esp'),
      label: 'xw-esp',
      filesystem: 'vfat',
      mount: '/boot/efi',
      sizeMiB: ESP_MIB,
    },
    {
      ...own,
      name: 'boot',
      device: partitionDevice(partitions.boot),
      uuid: deriveUuid(seed, 'dom0', 'boot'),
      label: 'xw-boot',
      filesystem: 'ext4',
      mount: '/boot',
      sizeMiB: bootMiB,
    },
  ];
}
