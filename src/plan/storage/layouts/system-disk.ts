/** The disk that a host starts from (design §6): BIOS boot, ESP, plain ext4 /boot, then what holds the rest. Pure. */
import { describeContent } from '../../../facts/disk-words.ts';
import type { PartitionSpec } from '../../action.ts';
import { deriveFatId, deriveUuid } from '../../identity.ts';
import { gpt, type GptNode } from '../devices/gpt.ts';
import type { PartitionNode } from '../devices/partition.ts';
import { USUAL_SECTOR_BYTES, type BootSet, type DeviceNode, type DiskNode, type Volume } from '../graph.ts';
import type { VolumeRequest } from '../volume-requests.ts';
import { placed, seedOf, type LayoutInput } from './layout.ts';

const BIOS_BOOT_MIB = 1;
const ESP_MIB = 256;
/**
 * FAT32 has at least 65,525 clusters (Microsoft's fatgen103, page 14), and none is smaller than a sector: of 4,096
 * bytes they take 256 MiB, and the tables of them some more.
 */
const MOST_ESP_MIB = 272;
const LARGE_SECTOR_BYTES = 4096;

function espMiB(sectorBytes: number): number {
  return sectorBytes >= LARGE_SECTOR_BYTES ? MOST_ESP_MIB : ESP_MIB;
}

/** What every layout spends before /boot and the volumes, on a disk with such sectors. */
export function fixedMiB(sectorBytes: number = USUAL_SECTOR_BYTES): number {
  return gpt.needsMiB(BIOS_BOOT_MIB + espMiB(sectorBytes));
}

/** What follows /boot; a null size fills the disk. */
export interface PartitionRequest {
  readonly label: string;
  readonly typeCode: string;
  readonly sizeMiB: number | null;
}

export interface SystemDisk {
  readonly nodes: readonly DeviceNode[];
  /** Of Dom0: the ESP and /boot of the first disk. */
  readonly volumes: readonly Volume[];
  readonly bootSet: BootSet;
  partition(label: string): PartitionNode;
}

/** `index`: of the chosen disk. What is mounted is on the first one. */
export function systemDisk(input: LayoutInput, index: number, rest: readonly PartitionRequest[]): SystemDisk {
  const disk = diskNode(input, index);
  const seed = seedOf(input, index);
  const table = tableNode(seed, disk, index, [
    { label: 'xw-bios', typeCode: 'EF02', sizeMiB: BIOS_BOOT_MIB },
    { label: 'xw-esp', typeCode: 'EF00', sizeMiB: espMiB(disk.sectorBytes ?? USUAL_SECTOR_BYTES) },
    { label: 'xw-boot', typeCode: '8300', sizeMiB: input.bootMiB },
    ...rest,
  ]);
  const partitions = table.partitions.map((spec) => partitionNode(disk, table, spec));
  const partition = (label: string): PartitionNode => {
    const found = partitions.find((one) => one.label === label);
    if (found === undefined) throw new Error(`${disk.id} has no partition ${label}`);
    return found;
  };
  const more = index === 0 ? '' : `${index + 1}`;
  const esp = placed(input, espRequest(seed, more), partition('xw-esp'));
  const boot = placed(input, bootRequest(seed, more), partition('xw-boot'));
  return {
    nodes: [disk, table, ...partitions, ...esp.nodes, ...boot.nodes],
    volumes: index === 0 ? [esp.volume, boot.volume] : [],
    bootSet: {
      disk: disk.id,
      biosBoot: partition('xw-bios').id,
      esp: esp.volume.filesystem,
      boot: boot.volume.filesystem ?? '',
    },
    partition,
  };
}

function diskNode({ disks, isImage }: LayoutInput, index: number): DiskNode {
  const disk = disks[index];
  if (disk === undefined) throw new Error(`no disk ${index} was chosen`);
  return {
    id: index === 0 ? 'host/disk' : `host/disk${index + 1}`,
    type: 'disk',
    on: [],
    domain: 'host',
    sizeMiB: disk.sizeMiB,
    origin: 'new',
    uuid: null,
    opener: 'initrd',
    path: disk.byId ?? disk.path,
    shown: isImage ? null : disk.path,
    model: disk.model,
    serial: disk.serial,
    ...(disk.logicalSectorBytes === USUAL_SECTOR_BYTES ? {} : { sectorBytes: disk.logicalSectorBytes }),
    destroys: disk.holds.map((content) => describeContent(content, content.path)),
  };
}

function tableNode(seed: string, disk: DiskNode, index: number, requests: readonly PartitionRequest[]): GptNode {
  const partitions: PartitionSpec[] = [];
  let startMiB = 1;
  for (const { label, typeCode, sizeMiB } of requests) {
    partitions.push({
      number: partitions.length + 1,
      label,
      typeCode,
      startMiB,
      sizeMiB,
      uuid: deriveUuid(seed, 'partition', index, label),
    });
    startMiB += sizeMiB ?? 0;
  }
  return {
    id: `${disk.id}/partition`,
    type: 'gpt',
    on: [disk.id],
    domain: 'host',
    sizeMiB: disk.sizeMiB,
    origin: 'new',
    uuid: deriveUuid(seed, 'disk', index),
    opener: 'initrd',
    partitions,
  };
}

function partitionNode(
  disk: DiskNode,
  table: GptNode,
  { number, label, startMiB, sizeMiB, uuid }: PartitionSpec,
): PartitionNode {
  return {
    id: `${disk.id}/${label}`,
    type: 'partition',
    on: [table.id],
    domain: 'host',
    sizeMiB: sizeMiB ?? disk.sizeMiB - startMiB - 1,
    origin: 'new',
    uuid,
    opener: 'initrd',
    number,
    label,
  };
}

const OWN = { domain: 'dom0', use: 'boot', guestDevice: null, size: { kind: 'fixed', miB: 0 } } as const;

function espRequest(seed: string, more: string): VolumeRequest {
  const name = `esp${more}`;
  return {
    ...OWN,
    name,
    label: 'xw-esp',
    filesystem: 'vfat',
    mount: '/boot/efi',
    uuid: deriveFatId(seed, 'dom0', name),
  };
}

function bootRequest(seed: string, more: string): VolumeRequest {
  const name = `boot${more}`;
  return { ...OWN, name, label: 'xw-boot', filesystem: 'ext4', mount: '/boot', uuid: deriveUuid(seed, 'dom0', name) };
}
