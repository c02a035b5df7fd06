/** What is on a disk and who uses it, from lsblk's tree and what wipefs, pvs, lvs and ZFS add to it. Pure. */
import { EVERY_DEVICE, shown, type Uses } from './disk-uses.ts';
import type { DiskContent } from './facts.ts';
import { isRecord, parseJson, records, withDescendants, type BlockNode } from './lsblk.ts';

export interface Signature {
  readonly device: string;
  readonly type: string;
  readonly label: string | null;
}
export interface StorageNames {
  /** Volume group of a physical volume's path. */
  readonly groups: ReadonlyMap<string, string>;
  /** Volumes (`vg/lv`) that somebody has open. */
  readonly openVolumes: ReadonlySet<string>;
  /** Imported ZFS pools whose disks nothing names but their labels. */
  readonly pools: ReadonlySet<string>;
  /** Maps of multipath that join several disks. */
  readonly sharedMaps: ReadonlySet<string>;
}

/** `wipefs -J` lists every signature, also those that contradict each other and that lsblk therefore hides. */
export function parseWipefs(text: string | null): Signature[] {
  const parsed = parseJson(text);
  return (isRecord(parsed) ? records(parsed['signatures']) : []).map((entry) => ({
    device: `/dev/${String(entry['device']).replace(/^\/dev\//, '')}`,
    type: String(entry['type']),
    label: typeof entry['label'] === 'string' && entry['label'] !== '' ? entry['label'] : null,
  }));
}

/** `pvs --reportformat json -o pv_name,vg_name`: the group of each physical volume. */
export function parsePvs(text: string | null): Map<string, string> {
  return new Map(
    reportRows(text, 'pv')
      .filter((row) => row['vg_name'] !== '')
      .map((row) => [String(row['pv_name']), String(row['vg_name'])]),
  );
}

/** `lvs --reportformat json -o vg_name,lv_name,lv_device_open`: the volumes that somebody has open. */
export function parseOpenVolumes(text: string | null): Set<string> {
  return new Set(
    reportRows(text, 'lv')
      .filter((row) => row['lv_device_open'] === 'open')
      .map((row) => `${String(row['vg_name'])}/${String(row['lv_name'])}`),
  );
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
    for (const signature of signatures)
      if (signature.device === node.path) add(node.path, signature.type, signature.label);
  }
  return contents;
}

/** What lsblk, pvs and lvs do not tell: users by device, and devices that somebody has for himself. */
export interface OtherUses {
  readonly uses: Uses;
  readonly claimed: readonly string[];
}
/** `swap`: on this device, which can be taken back without a loss. */
export interface DiskUser {
  readonly user: string;
  readonly isSwap: boolean;
}
const NONE: OtherUses = { uses: new Map(), claimed: [] };

/**
 * Mount points, `swap`, `md:NAME`, `lvm:VG/LV` (with ` (open)` when somebody has it open), `zfs:POOL`, `crypt:NAME`,
 * `dm:NAME`, `mpath:NAME`, `bcache:NAME`, `xen:GUEST`, `process:NAME (PID)`, `loop:NAME`, `claimed:DEVICE` (nobody
 * knows by whom), …
 */
export function usersOf(
  disk: BlockNode,
  contents: readonly DiskContent[],
  names: StorageNames,
  other: OtherUses = NONE,
): string[] {
  return [...new Set(diskUsers(disk, contents, names, other).map(({ user }) => user))];
}

export function diskUsers(
  disk: BlockNode,
  contents: readonly DiskContent[],
  names: StorageNames,
  { uses, claimed }: OtherUses,
): DiskUser[] {
  const users: DiskUser[] = [];
  for (const node of withDescendants(disk)) {
    const more = uses.get(node.deviceNumber ?? '') ?? [];
    const isSwap = node.mountPoints.includes('[SWAP]') || more.includes('swap');
    const add = (user: string): void => {
      users.push({ user, isSwap: isSwap && (user === 'swap' || user.endsWith(OPEN)) });
    };
    for (const mount of node.mountPoints) add(mount === '[SWAP]' ? 'swap' : shown(mount));
    const isOpen = more.includes(`open:${node.name}`);
    const holder = node === disk ? null : holderWord(node, names, isOpen);
    if (holder !== null) add(holder);
    // A volume on a disk says so itself (`lvm:VG/LV (open)`); nobody says it of a volume that is looked at alone.
    for (const user of more) if (node === disk || node.type !== 'lvm' || user !== `open:${node.name}`) add(user);
    if (claimed.includes(node.path)) add(`claimed:${node.path}`);
  }
  for (const { type, label } of contents)
    if (type === 'zfs_member' && label !== null && names.pools.has(label))
      users.push({ user: `zfs:${label}`, isSwap: false });
  for (const user of uses.get(EVERY_DEVICE) ?? []) users.push({ user, isSwap: false });
  return users;
}

const OPEN = ' (open)';

/** What stands on a disk, by who has put it there: nothing for a partition, which is a part of the disk. */
function holderWord(node: BlockNode, names: StorageNames, isOpen: boolean): string | null {
  const { name, type, kernelName } = node;
  const isMapped = kernelName.startsWith('dm-');
  if (type === 'rom' || (type === 'part' && !isMapped)) return null;
  if (/^(raid|linear|md)/.test(type)) return `md:${name}`;
  // lsblk calls whatever has no type of its own a disk: bcache0, drbd0.
  if (type === 'disk') return `${/^[a-z]+/.exec(name)?.[0] ?? type}:${name}`;
  if (type !== 'lvm') return `${isPlainMapping(node, names) ? 'dm' : type}:${name}`;
  const volume = volumeOf(name);
  return `lvm:${volume}${isOpen || names.openVolumes.has(volume) ? OPEN : ''}`;
}

/** One that `dmsetup remove` takes away without a loss. A map of several paths is how the disk is meant to be used. */
function isPlainMapping({ name, type, kernelName }: BlockNode, { sharedMaps }: StorageNames): boolean {
  return kernelName.startsWith('dm-') && type !== 'crypt' && !sharedMaps.has(name);
}

/** Device-mapper joins group and volume by one dash and doubles the dashes inside them. */
export function volumeOf(mapperName: string): string {
  const match = /^((?:[^-]|--)+)-((?:[^-]|--)+)$/.exec(mapperName);
  return match === null ? mapperName : `${match[1]}/${match[2]}`.replaceAll('--', '-');
}
