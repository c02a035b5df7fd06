/** The disks of a DomU that a snapshot has: what each is, what its copy is called, and the command that makes it. */
import { dirname } from 'node:path';
import { EXIT, failure, type XenwrightError } from '../../../errors.ts';
import { inExtents, parseLogicalVolumes, VOLUMES_LISTED, type LogicalVolume } from '../../../facts/logical-volumes.ts';
import { cleanLine } from '../../../clean-text.ts';
import type { Message } from '../../../i18n/phrase.ts';
import { snapshotOf } from '../../../plan/storage/devices/lvm-commands.ts';
import { writtenDisk } from '../disks-free.ts';
import { formatOfDisk } from './disk-format.ts';
import type { SnapshotDisk } from './note.ts';
import type { Target } from '../targets.ts';
import type { SnapshotWorld } from './world.ts';

/** By it the volumes are found that grow by themselves (assets/host/snapshots-grow.sh). */
export const SNAPSHOT_TAG = 'xenwright.snapshot';
const MIB = 2 ** 20;
/** What a snapshot can hold of changes where nobody says: a fifth of the disk, and not too little to be grown in time. */
const SHARE = 0.2;
const LEAST_BYTES = 256 * MIB;
/** LVM's own limit. */
const LONGEST_NAME = 127;

/** A disk with the command that makes its copy. */
export interface CopyOfDisk extends SnapshotDisk {
  readonly make: readonly string[];
  /** Of a volume: the group that it takes room from, and how much. */
  readonly group: string | null;
  readonly takesBytes: number;
}

export function refusedSnapshot(domu: string, reason: Message): XenwrightError {
  return failure('snapshot-refused', EXIT.refused, { domu: cleanLine(domu), reason });
}

/** Every logical volume of this host; none where it has no LVM. */
export async function listVolumes({ port }: SnapshotWorld): Promise<LogicalVolume[]> {
  return parseLogicalVolumes((await port.run(VOLUMES_LISTED)) ?? '') ?? [];
}

/** The volume that a device is, by whatever name. */
async function volumeAt(
  path: string,
  volumes: readonly LogicalVolume[],
  { port }: SnapshotWorld,
): Promise<LogicalVolume | null> {
  const named = volumes.find((one) => one.path === path || one.mapperPath === path);
  if (named !== undefined) return named;
  const number = await port.device(path);
  if (number === null) return null;
  for (const one of volumes) if (one.path !== '' && (await port.device(one.path)) === number) return one;
  return null;
}

/**
 * What is to be made of each disk that the DomU writes to, but for swap: nobody wants that back. Throws
 * `snapshot-refused` (exit 4) where one of them cannot be kept, or there is no room for what changes.
 */
export async function copiesOf(
  { name, known }: Target,
  { id, sizeBytes }: { readonly id: string; readonly sizeBytes: number | null },
  world: SnapshotWorld,
): Promise<CopyOfDisk[]> {
  const volumes = await listVolumes(world);
  const swap = new Set((known?.record?.volumes ?? []).filter(({ use }) => use === 'swap').map(({ device }) => device));
  const found: CopyOfDisk[] = [];
  for (const disk of known?.written?.disks ?? []) {
    const path = writtenDisk(disk);
    if (path === null || swap.has(path)) continue;
    const format = formatOfDisk(disk);
    if (format !== 'raw')
      throw refusedSnapshot(name, { key: 'errors.snapshot-refused.format', values: { path: cleanLine(path), format } });
    const volume = await volumeAt(path, volumes, world);
    found.push(
      volume === null
        ? await ofFile(name, path, id, world)
        : ofVolume(name, { path, volume, id, wishedBytes: sizeBytes }),
    );
  }
  if (found.length === 0) throw refusedSnapshot(name, { key: 'errors.snapshot-refused.noDisk' });
  refuseLackOfRoom(name, found, volumes);
  return found;
}

function ofVolume(
  domu: string,
  {
    path,
    volume,
    id,
    wishedBytes,
  }: {
    readonly path: string;
    readonly volume: LogicalVolume;
    readonly id: string;
    readonly wishedBytes: number | null;
  },
): CopyOfDisk {
  const copyName = `${volume.name}.s${id}`;
  const shown = cleanLine(path, 200);
  // `-` and `o` are volumes as they are, and those with snapshots; mirrors and RAID can have them, too.
  if (!/^[-omMrR]/.test(volume.attributes))
    throw refusedSnapshot(domu, { key: 'errors.snapshot-refused.volumeKind', values: { path: shown } });
  if (copyName.length > LONGEST_NAME)
    throw refusedSnapshot(domu, { key: 'errors.snapshot-refused.longName', values: { path: shown } });
  const wanted = wishedBytes ?? Math.max(volume.sizeBytes * SHARE, Math.min(LEAST_BYTES, volume.sizeBytes));
  const takesBytes = inExtents(wanted, volume.extentBytes);
  return {
    path,
    kind: 'volume',
    copy: `${dirname(volume.path)}/${copyName}`,
    sizeBytes: volume.sizeBytes,
    group: volume.group,
    takesBytes,
    make: snapshotOf(`${volume.group}/${volume.name}`, copyName, takesBytes, SNAPSHOT_TAG),
  };
}

/** A file is kept by a second name for the same blocks, where its filesystem can do that: in no time, and all at once. */
async function ofFile(domu: string, path: string, id: string, { port }: SnapshotWorld): Promise<CopyOfDisk> {
  const shown = cleanLine(path, 200);
  if ((await port.device(path)) !== null)
    throw refusedSnapshot(domu, { key: 'errors.snapshot-refused.device', values: { path: shown } });
  const sizeBytes = Number((await port.run(['stat', '--dereference', '--format', '%s', '--', path])) ?? '');
  if (!(sizeBytes > 0))
    throw refusedSnapshot(domu, { key: 'errors.snapshot-refused.missing', values: { path: shown } });
  const copy = `${path}.s${id}`;
  return {
    path,
    kind: 'file',
    copy,
    sizeBytes,
    group: null,
    takesBytes: 0,
    make: ['cp', '--reflink=always', '--no-target-directory', '--', path, copy],
  };
}

function refuseLackOfRoom(domu: string, copies: readonly CopyOfDisk[], volumes: readonly LogicalVolume[]): void {
  for (const group of new Set(copies.flatMap((one) => one.group ?? []))) {
    const needed = copies.filter((one) => one.group === group).reduce((sum, one) => sum + one.takesBytes, 0);
    const free = volumes.find((one) => one.group === group)?.freeBytes ?? 0;
    if (needed <= free) continue;
    throw refusedSnapshot(domu, {
      key: 'errors.snapshot-refused.room',
      values: {
        group: cleanLine(group),
        needed: { sizeMiB: Math.ceil(needed / MIB) },
        free: { sizeMiB: Math.floor(free / MIB) },
      },
    });
  }
}
