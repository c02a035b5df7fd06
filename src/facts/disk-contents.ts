/** What is on a disk and who uses it, from lsblk's tree and what wipefs, pvs, lvs and ZFS add to it. Pure. */
import type { DiskContent } from './facts.ts';
import { isRecord, parseJson, records, withDescendants, type BlockNode } from './lsblk.ts';

export interface Signature { readonly device: string; readonly type: string; readonly label: string | null }
export interface StorageNames {
  /** Volume group of a physical volume's path. */
  readonly groups: ReadonlyMap<string, string>;
  /** Volumes (`vg/lv`) that somebody has open. */
  readonly openVolumes: ReadonlySet<string>;
  /** Imported ZFS pools. */
  readonly pools: ReadonlySet<string>;
  /** UUIDs of mounted btrfs filesystems: lsblk shows the mount at one of their disks only. */
  readonly mountedBtrfs: ReadonlySet<string>;
}

/** `wipefs -J` lists every signature, also those that contradict each other and that lsblk therefore hides. */
export function parseWipefs(text: string | null): Signature[] {
  const parsed = parseJson(text);
  return (isRecord(parsed) ? records(parsed['signatures']) : []).map((entry) => ({
    device: `/dev/${String(entry['device']).replace(/^\/dev\//, '')}`, type: String(entry['type']),
    label: typeof entry['label'] === 'string' && entry['label'] !== '' ? entry['label'] : null,
  }));
}

/** `pvs --reportformat json -o pv_name,vg_name`: the group of each physical volume. */
export function parsePvs(text: string | null): Map<string, string> {
  return new Map(reportRows(text, 'pv').filter((row) => row['vg_name'] !== '').map((row) => [String(row['pv_name']), String(row['vg_name'])]));
}

/** `lvs --reportformat json -o vg_name,lv_name,lv_device_open`: the volumes that somebody has open. */
export function parseOpenVolumes(text: string | null): Set<string> {
  return new Set(reportRows(text, 'lv').filter((row) => row['lv_device_open'] === 'open').map((row) => `${String(row['vg_name'])}/${String(row['lv_name'])}`));
}

function reportRows(text: string | null, key: string): Readonly<Record<string, unknown>>[] {
  const parsed = parseJson(text);
  return (isRecord(parsed) ? records(parsed['report']) : []).flatMap((report) => records(report[key]));
}

/** Everything recognizable on the disk, in the order of devices: partition table, filesystems, members. */
export function contentsOf(disk: BlockNode, signatures: readonly Signature[], names: StorageNames): DiskContent[] {
  const contents: DiskContent[] = [];
  const add = (path: string, type: string, label: string | null): void => {
    if (type === 'PMBR' || contents.some((known) => known.path === path && known.type === type)) return;
    contents.push({ path, type, label, group: type === 'LVM2_member' ? (names.groups.get(path) ?? null) : null });
  };
  for (const node of withDescendants(disk)) {
    if (node === disk && node.partitionTable !== null) add(node.path, node.partitionTable, null);
    if (node.filesystem !== null) add(node.path, node.filesystem, node.label);
    for (const signature of signatures) if (signature.device === node.path) add(node.path, signature.type, signature.label);
  }
  return contents;
}

/** Mount points, `swap`, `md:NAME`, `lvm:VG/LV` (with ` (open)` when somebody has it open), `zfs:POOL`, `crypt:NAME`, … */
export function usersOf(disk: BlockNode, contents: readonly DiskContent[], names: StorageNames): string[] {
  const users = new Set<string>();
  for (const node of withDescendants(disk)) {
    for (const mount of node.mountPoints) users.add(mount === '[SWAP]' ? 'swap' : mount);
    if (node.filesystem === 'btrfs' && node.uuid !== null && names.mountedBtrfs.has(node.uuid) && node.mountPoints.length === 0) users.add(`btrfs:${node.uuid}`);
    const holder = holderWord(node, names);
    if (holder !== null) users.add(holder);
  }
  for (const { type, label } of contents) if (type === 'zfs_member' && label !== null && names.pools.has(label)) users.add(`zfs:${label}`);
  return [...users];
}

function holderWord(node: BlockNode, names: StorageNames): string | null {
  if (node.type === 'disk' || node.type === 'part' || node.type === 'rom') return null;
  if (/^(raid|linear|md)/.test(node.type)) return `md:${node.name}`;
  if (node.type !== 'lvm') return `${node.type}:${node.name}`;
  const volume = volumeOf(node.name);
  return `lvm:${volume}${names.openVolumes.has(volume) ? ' (open)' : ''}`;
}

/** Device-mapper joins group and volume by one dash and doubles the dashes inside them. */
export function volumeOf(mapperName: string): string {
  const match = /^((?:[^-]|--)+)-((?:[^-]|--)+)$/.exec(mapperName);
  return match === null ? mapperName : `${match[1]}/${match[2]}`.replaceAll('--', '-');
}
