/**
 * What a guest's disk holds, found by probing the very device, bytes by bytes: nothing is opened, activated or named,
 * and no name of udev's is believed. All of it is a guest's: only types and ids that look like such are taken. Looks
 * only.
 */
import type { ProbePort } from './probe-port.ts';

/** What can be opened on a disk: a filesystem, or a layer below others. */
export interface GuestPart {
  readonly startBytes: number;
  /** 0: to the end of the disk. */
  readonly sizeBytes: number;
  /** As mount(8) calls a filesystem, as blkid(8) calls a layer. */
  readonly type: string;
  readonly uuid: string | null;
}
/** `layer`: something that is not opened here, by the name that administrators know it by. */
export type GuestDisk =
  | { readonly holds: 'parts'; readonly found: readonly GuestPart[] }
  | { readonly holds: 'layer'; readonly what: string }
  | { readonly holds: 'nothing' };

/** Those that can be a root. */
const ROOTS = new Set(['ext2', 'ext3', 'ext4', 'xfs', 'btrfs']);
const FILESYSTEMS = new Set([...ROOTS, 'vfat']);
/** Those that are opened, by what lies beside assets/host/rescue/layers.sh. */
const LAYERS: Readonly<Record<string, string>> = {
  LVM2_member: 'LVM',
  crypto_LUKS: 'LUKS',
  linux_raid_member: 'RAID (md)',
};
const OTHERS: Readonly<Record<string, string>> = { zfs_member: 'ZFS' };
/** Tables can name as many as they like. */
const MOST_PARTITIONS = 32;
/** Of DOS tables: they hold others. */
const EXTENDED = new Set(['0x5', '0xf', '0x85']);
const SECTOR = 512;
/** Of util-linux, which no Debian lacks, as sfdisk may be. */
const PARTX = ['--noheadings', '--raw', '--output', 'START,SECTORS,TYPE'];

/** A root's filesystem, or what may have one in it. */
export function mayHoldRoot({ type }: Pick<GuestPart, 'type'>): boolean {
  return ROOTS.has(type) || type in LAYERS || type === 'qcow2';
}

/** By the name that administrators know it by. */
export function nameOfPart({ type }: Pick<GuestPart, 'type'>): string {
  return LAYERS[type] ?? type;
}

/** An image in qcow2, as its configuration says; what is in it is seen when it is open. */
export async function recogniseQcow2(port: ProbePort, path: string): Promise<GuestDisk> {
  return (await looksLikeQcow2(port, path))
    ? { holds: 'parts', found: [{ startBytes: 0, sizeBytes: 0, type: 'qcow2', uuid: null }] }
    : { holds: 'nothing' };
}

async function looksLikeQcow2(port: ProbePort, path: string): Promise<boolean> {
  return (await port.run(['head', '-c', '3', '--', path])) === 'QFI';
}

/** `path`: a block device, or an image file that is to be read as it is. */
export async function recogniseGuestDisk(port: ProbePort, path: string): Promise<GuestDisk> {
  // blkid does not know it; read as it is, an image like that is no disk, and may name files of this machine.
  if (await looksLikeQcow2(port, path)) return { holds: 'layer', what: 'qcow2' };
  const seen = await probed(port, path, 0, 0);
  if (seen.table !== null) return await partitioned(port, path);
  if (seen.part !== null) return { holds: 'parts', found: [seen.part] };
  return seen.layer === null ? { holds: 'nothing' } : { holds: 'layer', what: seen.layer };
}

async function partitioned(port: ProbePort, path: string): Promise<GuestDisk> {
  const found: GuestPart[] = [];
  let layer: string | null = null;
  for (const { start, size } of parseTable(await port.run(['partx', ...PARTX, '--', path]))) {
    const seen = await probed(port, path, start, size);
    if (seen.part !== null) found.push(seen.part);
    layer ??= seen.layer;
  }
  if (found.some(mayHoldRoot)) return { holds: 'parts', found };
  return layer === null ? { holds: 'nothing' } : { holds: 'layer', what: layer };
}

/** Bytes of each partition that can hold something, of `partx`: it counts in sectors of 512 bytes whatever the disk has. */
export function parseTable(text: string | null): { readonly start: number; readonly size: number }[] {
  return (text ?? '')
    .slice(0, 65_536)
    .split('\n')
    .slice(0, MOST_PARTITIONS)
    .flatMap((line) => {
      const [, first, sectors, type] = /^\s*(\d{1,15})\s+(\d{1,15})\s+([0-9a-fx-]{1,36})\s*$/i.exec(line) ?? [];
      const [start, size] = [Number(first) * SECTOR, Number(sectors) * SECTOR];
      if (type === undefined || EXTENDED.has(type) || !Number.isSafeInteger(start) || !Number.isSafeInteger(size))
        return [];
      return start > 0 && size > 0 ? [{ start, size }] : [];
    });
}

interface Probed {
  readonly part: GuestPart | null;
  readonly layer: string | null;
  readonly table: string | null;
}

/** What blkid cannot tell apart it does not name at all: then it is nothing that is known. */
async function probed(port: ProbePort, path: string, startBytes: number, sizeBytes: number): Promise<Probed> {
  const part = sizeBytes === 0 ? [] : ['--offset', String(startBytes), '--size', String(sizeBytes)];
  const text = (await port.run(['blkid', '--probe', '--output', 'udev', ...part, '--', path])) ?? '';
  const value = (key: string): string | null => new RegExp(`^ID_${key}=([\\w.-]{1,64})$`, 'm').exec(text)?.[1] ?? null;
  const [type, usage] = [value('FS_TYPE'), value('FS_USAGE')];
  const isFilesystem = usage === 'filesystem' && type !== null && FILESYSTEMS.has(type);
  const isLayer = type !== null && (usage === 'raid' || usage === 'crypto');
  return {
    part: isFilesystem || (isLayer && type in LAYERS) ? { startBytes, sizeBytes, type, uuid: value('FS_UUID') } : null,
    layer: isLayer && !(type in LAYERS) ? (OTHERS[type] ?? type) : null,
    // A bare filesystem may have the signature of a table in its first sector.
    table: isFilesystem || isLayer || sizeBytes !== 0 ? null : value('PART_TABLE_TYPE'),
  };
}
