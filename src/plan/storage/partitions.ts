/** The partition table of a system disk (design §6): BIOS boot, ESP, plain ext4 /boot, then what holds the rest. Pure. */
import type { PartitionSpec } from '../action.ts';
import { deriveUuid } from '../identity.ts';

const BIOS_BOOT_MIB = 1;
export const ESP_MIB = 256;
/** 1 MiB before the first partition, 1 MiB kept free for the backup table. */
const TABLE_MIB = 2;
/** What every layout spends before /boot and the volumes. */
export const FIXED_MIB = TABLE_MIB + BIOS_BOOT_MIB + ESP_MIB;

export interface PartitionPlan {
  readonly esp: PartitionSpec;
  readonly boot: PartitionSpec;
  readonly rest: readonly PartitionSpec[];
  readonly all: readonly PartitionSpec[];
}

/** `rest`: label, type code and size of what follows /boot; a null size fills the disk. */
export function planPartitions(
  seed: string,
  disk: number,
  bootMiB: number,
  rest: readonly { label: string; typeCode: string; sizeMiB: number | null }[],
): PartitionPlan {
  const all: PartitionSpec[] = [];
  let startMiB = 1;
  for (const part of [
    { label: 'xw-bios', typeCode: 'EF02', sizeMiB: BIOS_BOOT_MIB },
    { label: 'xw-esp', typeCode: 'EF00', sizeMiB: ESP_MIB },
    { label: 'xw-boot', typeCode: '8300', sizeMiB: bootMiB },
    ...rest,
  ]) {
    all.push({
      number: all.length + 1,
      label: part.label,
      typeCode: part.typeCode,
      startMiB,
      sizeMiB: part.sizeMiB,
      uuid: deriveUuid(seed, 'partition', disk, part.label),
    });
    startMiB += part.sizeMiB ?? 0;
  }
  return { esp: all[1] as PartitionSpec, boot: all[2] as PartitionSpec, rest: all.slice(3), all };
}

/** Where a partition's device is found, whatever the kernel calls the disk. */
export function partitionDevice(partition: PartitionSpec): string {
  return `/dev/disk/by-partuuid/${partition.uuid}`;
}
