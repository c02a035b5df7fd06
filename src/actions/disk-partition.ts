/** Writes a GPT, makes the kernel take it, and reads it back. */
import { EXIT, failure } from '../errors.ts';
import type { PartitionSpec } from '../plan/action.ts';
import type { ActionContext, ActionHandler } from './kind.ts';
import { pause } from './mirror-errors.ts';

const SETTLE = ['udevadm', 'settle', '--timeout=30'];
const SECTOR_BYTES = 512;
const SECTORS_PER_MIB = (1024 * 1024) / SECTOR_BYTES;
const WAIT_ROUNDS = 60;
const ROUND_MS = 500;

/** The sgdisk(8) call that writes the whole table. */
export function sgdiskArguments(disk: string, diskUuid: string, partitions: readonly PartitionSpec[]): string[] {
  return [
    'sgdisk',
    '--clear',
    '--set-alignment=2048',
    `--disk-guid=${diskUuid}`,
    ...partitions.flatMap((part) => [
      `--new=${part.number}:${part.startMiB}M:${part.sizeMiB === null ? '0' : `+${part.sizeMiB}M`}`,
      `--typecode=${part.number}:${part.typeCode}`,
      `--change-name=${part.number}:${part.label}`,
      `--partition-guid=${part.number}:${part.uuid}`,
    ]),
    disk,
  ];
}

/** How a table read by `sfdisk --json` differs from the wanted one; null when it does not. */
export function tableDifference(json: string, wanted: readonly PartitionSpec[]): string | null {
  const table = (
    JSON.parse(json) as {
      partitiontable?: {
        label: string;
        sectorsize?: number;
        partitions?: { node: string; start: number; size: number; uuid: string; name?: string }[];
      };
    }
  ).partitiontable;
  if (table?.label !== 'gpt') return 'there is no GPT';
  const found = table.partitions ?? [];
  if (found.length !== wanted.length) return `there are ${found.length} partitions instead of ${wanted.length}`;
  const perMiB = (SECTORS_PER_MIB * SECTOR_BYTES) / (table.sectorsize ?? SECTOR_BYTES);
  for (const part of wanted) {
    const actual = found.find((candidate) => candidate.uuid.toLowerCase() === part.uuid.toLowerCase());
    if (actual === undefined) return `partition ${part.number} does not have the GUID ${part.uuid}`;
    if (actual.start !== part.startMiB * perMiB) return `partition ${part.number} starts at sector ${actual.start}`;
    if (part.sizeMiB !== null && actual.size !== part.sizeMiB * perMiB)
      return `partition ${part.number} has ${actual.size} sectors`;
  }
  return null;
}

export const diskPartition: ActionHandler<'disk.partition'> = {
  kind: 'disk.partition',
  commands: ({ params }) => [
    { argv: ['sgdisk', '--zap-all', params.disk] },
    { argv: sgdiskArguments(params.disk, params.diskUuid, params.partitions) },
    { argv: ['blockdev', '--rereadpt', params.disk] },
    { argv: SETTLE },
  ],
  async apply({ params: { disk, diskUuid, partitions } }, context) {
    // A damaged old table makes sgdisk answer 2 to --zap-all although it did its work.
    await context.exec(['sgdisk', '--zap-all', disk], { okCodes: [0, 2] });
    await context.exec(sgdiskArguments(disk, diskUuid, partitions));
    const reread = await context.exec(['blockdev', '--rereadpt', disk], { okCodes: [0, 1] });
    if (reread.exitCode !== 0) await context.exec(['partx', '--update', disk], { okCodes: [0, 1] });
    await context.exec(SETTLE, { quiet: true });
    const wrong = await difference(disk, partitions, context);
    if (wrong !== null) throw failure('partition-differs', EXIT.action, { disk, wrong });
    for (const part of partitions) await waitFor(`/dev/disk/by-partuuid/${part.uuid}`, disk, context);
  },
};

async function difference(
  disk: string,
  wanted: readonly PartitionSpec[],
  context: ActionContext,
): Promise<string | null> {
  const table = await context.exec(['sfdisk', '--json', disk], { quiet: true, okCodes: [0, 1] });
  return table.exitCode === 0 ? tableDifference(table.stdout, wanted) : 'there is no table';
}

/** udev names partitions a moment after the kernel knows them. */
async function waitFor(path: string, disk: string, context: ActionContext): Promise<void> {
  for (let round = 0; round < WAIT_ROUNDS && !context.signal.aborted; round++) {
    if (await context.files.exists(path)) return;
    await pause(ROUND_MS, context.signal);
  }
  throw failure('partition-missing', EXIT.action, { path, disk });
}
