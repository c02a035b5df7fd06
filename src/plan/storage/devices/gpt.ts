/** A partition table: made whole by one sgdisk, and read back. */
import type { Phrase } from '../../../i18n/phrase.ts';
import { deviceFault } from './device-fault.ts';
import type { PartitionSpec } from '../../action.ts';
import { pathBelow, USUAL_SECTOR_BYTES, type DeviceNode, type DiskNode, type Under } from '../graph.ts';
import type { DeviceType, Step } from './device-type.ts';

/** `uuid` is the disk's own. */
export interface GptNode extends DeviceNode {
  readonly type: 'gpt';
  readonly partitions: readonly PartitionSpec[];
}

/** 1 MiB before the first partition, 1 MiB kept free for the backup table. */
const TABLE_MIB = 2;
const SETTLE = ['udevadm', 'settle', '--timeout=30'];
const MIB = 1024 * 1024;

/** Where a partition's device is found, whatever the kernel calls the disk. */
export function partitionPath(uuid: string): string {
  return `/dev/disk/by-partuuid/${uuid}`;
}

export const gpt: DeviceType<GptNode> = {
  type: 'gpt',
  inspected: 'after',
  holdsMiB: ([sizeMiB = 0]) => sizeMiB - TABLE_MIB,
  needsMiB: (contentMiB) => contentMiB + TABLE_MIB,
  path: (_node, under) => pathBelow(under),
  inspect: (_node, under) => [{ argv: ['sfdisk', '--json', pathBelow(under)], okCodes: [0, 1], quiet: true }],
  state: ({ partitions }, under, [answer]) => {
    const wrong =
      answer?.exitCode === 0
        ? tableDifference(answer.stdout, partitions, sectorBytes(under))
        : ({ key: 'parts.table.none' } as const);
    return wrong === null ? 'ours' : deviceFault('partition-differs', { disk: pathBelow(under), wrong });
  },
  making: {
    weight: 4,
    timeoutMs: 5 * 60_000,
    title: (_node, [below]) => {
      const shown = below === undefined ? null : (below.node as DiskNode).shown;
      // The appliance's name for an image is also that of some real disk on the machine at hand.
      return shown === null ? { id: 'partitionImage' } : { id: 'partitionDisk', values: { disk: shown } };
    },
    steps: ({ uuid, partitions }, under) => [
      // A damaged old table makes sgdisk answer 2 to --zap-all although it did its work.
      { argv: ['sgdisk', '--zap-all', pathBelow(under)], okCodes: [0, 2] },
      { argv: sgdiskArguments(under, uuid ?? '', partitions) },
      {
        argv: ['blockdev', '--rereadpt', pathBelow(under)],
        okCodes: [0, 1],
        otherwise: ['partx', '--update', pathBelow(under)],
      },
      { argv: SETTLE, quiet: true, waitFor: pathsOf(partitions, under) },
    ],
  },
  open: ({ partitions }, under) => [{ argv: SETTLE, quiet: true, waitFor: pathsOf(partitions, under) }],
};

function pathsOf(partitions: readonly PartitionSpec[], under: readonly Under[]): NonNullable<Step['waitFor']> {
  return partitions.map(({ uuid }) => {
    const path = partitionPath(uuid);
    return { path, missing: deviceFault('partition-missing', { path, disk: pathBelow(under) }) };
  });
}

function sectorBytes([below]: readonly Under[]): number {
  return (below?.node as Partial<DiskNode> | undefined)?.sectorBytes ?? USUAL_SECTOR_BYTES;
}

/**
 * The sgdisk(8) call that writes the whole table. Its alignment is in sectors: 1 MiB, or partitions that begin at whole
 * MiB would be moved, each into the next.
 */
function sgdiskArguments(under: readonly Under[], diskUuid: string, partitions: readonly PartitionSpec[]): string[] {
  return [
    'sgdisk',
    '--clear',
    `--set-alignment=${MIB / sectorBytes(under)}`,
    `--disk-guid=${diskUuid}`,
    ...partitions.flatMap((part) => [
      `--new=${part.number}:${part.startMiB}M:${part.sizeMiB === null ? '0' : `+${part.sizeMiB}M`}`,
      `--typecode=${part.number}:${part.typeCode}`,
      `--change-name=${part.number}:${part.label}`,
      `--partition-guid=${part.number}:${part.uuid}`,
    ]),
    pathBelow(under),
  ];
}

/**
 * How a table read by `sfdisk --json` differs from the wanted one; null when it does not. `bytes`: of the disk's
 * sectors, which older versions of sfdisk do not say.
 */
export function tableDifference(
  json: string,
  wanted: readonly PartitionSpec[],
  bytes: number = USUAL_SECTOR_BYTES,
): Phrase | null {
  const table = (
    JSON.parse(json) as {
      partitiontable?: {
        label: string;
        sectorsize?: number;
        partitions?: { node: string; start: number; size: number; uuid: string; name?: string }[];
      };
    }
  ).partitiontable;
  if (table?.label !== 'gpt') return { key: 'parts.table.notGpt' };
  const found = table.partitions ?? [];
  if (found.length !== wanted.length)
    return { key: 'parts.table.number', values: { found: found.length, wanted: wanted.length } };
  const perMiB = MIB / (table.sectorsize ?? bytes);
  for (const part of wanted) {
    const actual = found.find((candidate) => candidate.uuid.toLowerCase() === part.uuid.toLowerCase());
    const { number: partition } = part;
    if (actual === undefined) return { key: 'parts.table.guid', values: { partition, uuid: part.uuid } };
    if (actual.start !== part.startMiB * perMiB)
      return { key: 'parts.table.start', values: { partition, sector: actual.start } };
    if (part.sizeMiB !== null && actual.size !== part.sizeMiB * perMiB)
      return { key: 'parts.table.size', values: { partition, sectors: actual.size } };
  }
  return null;
}
