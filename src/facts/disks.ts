/** The disks of a machine: lsblk's tree, stable names, contents and users put together. */
import { isBootFilesystem } from './boot-filesystem.ts';
import {
  contentsOf,
  diskUsers,
  parseOpenVolumes,
  parsePvs,
  parseWipefs,
  usersOf,
  type DiskUser,
  type StorageNames,
} from './disk-contents.ts';
import { claimedDevices, probeMounts, probeUses, type Uses } from './disk-uses.ts';
import { probePools } from './storage-sets.ts';
import type { DiskContent, DiskFacts, FoundUuid, MediumFacts } from './facts.ts';
import { groupInMetadata, readMetadata } from './lvm-metadata.ts';
import { parseLsblk, withDescendants, type BlockNode } from './lsblk.ts';
import { parseMarker } from './finished-host.ts';
import { pciOf } from './nics.ts';
import type { DiskProbePort } from './probe-port.ts';
import { identityOf } from './disk-identity.ts';
import { bestLink, isWholeAdapter, transportOf } from './transport.ts';

/** Where live systems mount the medium they run from. */
const MEDIUM_MOUNTS = new Set([
  '/run/xenwright/medium',
  '/run/live/medium',
  '/run/initramfs/live',
  '/run/archiso/bootmnt',
  '/cdrom',
]);
/**
 * Volume label of our own media: also found when the medium runs from memory and is no longer mounted. On a disk that
 * stays in the machine only the whole of it counts: a volume or a partition may be the copy that an installed host
 * keeps.
 */
const MEDIUM_LABEL = /^XENWRIGHT/i;
/** Where a finished install leaves its marker, seen from the root of its boot filesystem (label xw-boot). */
const MARKER = '/xenwright/installed.json';
const UNREADABLE = { id: 'unreadable', planHash: '' };

/**
 * Disks of these kinds that take "write zeroes" only note it. Others may have it and write every zero all the same.
 * What was merely discarded counts nowhere: no kernel of today vouches for what it reads as.
 */
const ZEROES_AT_ONCE = new Set(['nvme', 'virtio']);

/** Disks in the order of their kernel paths, and the media among the drives. */
export async function probeDisks(
  port: DiskProbePort,
): Promise<{
  nodes: BlockNode[];
  disks: DiskFacts[];
  otherGroups: { path: string; group: string }[];
  otherUuids: FoundUuid[];
  media: MediumFacts[];
  hasPartitions: boolean;
}> {
  const { nodes, names, uses } = await probeBlocks(port);
  const links = { byId: await linksIn(port, '/dev/disk/by-id'), byPath: await linksIn(port, '/dev/disk/by-path') };
  const disks: DiskFacts[] = [];
  for (const node of nodes.filter(isDisk)) disks.push(await probeDisk(port, node, { names, uses }, links));
  const otherGroups = [...names.groups].flatMap(([path, group]) =>
    disks.some(({ holds }) => holds.some((content) => content.path === path)) ? [] : [{ path, group }],
  );
  return {
    nodes,
    otherGroups,
    otherUuids: nodes
      .filter((node) => node.type !== 'rom' && !disks.some(({ path }) => path === node.path))
      .flatMap(uuidsOf)
      .filter(({ path }) => !disks.some(({ uuids = [] }) => uuids.some((known) => known.path === path))),
    disks: disks.sort((a, b) => a.path.length - b.path.length || (a.path < b.path ? -1 : 1)),
    media: nodes.flatMap(mediaOf),
    hasPartitions: nodes.some((node) => node.children.some((child) => child.type === 'part')),
  };
}

interface Blocks {
  readonly nodes: readonly BlockNode[];
  readonly names: StorageNames;
  readonly uses: Uses;
}

async function probeBlocks(port: DiskProbePort): Promise<{ nodes: BlockNode[]; names: StorageNames; uses: Uses }> {
  const nodes = parseLsblk((await port.run(['lsblk', '-J', '-b', '-O'])) ?? '');
  const pools = await probePools(port);
  return {
    nodes,
    names: await storageNames(port, nodes, pools.untold),
    uses: await probeUses(port, nodes, await probeMounts(port), pools.members),
  };
}

/** The users of a device by any of its names, whole disk or not; null where lsblk does not know it. */
export async function probeUsers(port: DiskProbePort, path: string): Promise<DiskUser[] | null> {
  return (await probeUsersOfAll(port, [path])).get(path) ?? null;
}

/** As above for several devices, of one look at the machine. Those that lsblk does not know are left out. */
export async function probeUsersOfAll(
  port: DiskProbePort,
  paths: readonly string[],
): Promise<ReadonlyMap<string, DiskUser[]>> {
  const { nodes, names, uses } = await probeBlocks(port);
  const all = nodes.flatMap(withDescendants);
  const found = new Map<string, DiskUser[]>();
  for (const path of paths) {
    const number = await port.device(path);
    const node = all.find((one) => one.path === path || (number !== null && one.deviceNumber === number));
    if (node === undefined) continue;
    const claimed = await claimedDevices(port, node, uses);
    found.set(path, [
      ...usersOfWhole(node, all, uses),
      ...diskUsers(node, await probeContents(port, node, names), names, { uses, claimed }),
    ]);
  }
  return found;
}

/** Whoever has all of a disk has its parts, and what stands on it; neither is a claim that the kernel would know of. */
function usersOfWhole(node: BlockNode, all: readonly BlockNode[], uses: Uses): DiskUser[] {
  const whole = all.filter((one) => one.deviceNumber !== node.deviceNumber && withDescendants(one).includes(node));
  const users = new Set(whole.flatMap(({ deviceNumber }) => uses.get(deviceNumber ?? '') ?? []));
  return [...users].filter((user) => HAS_ALL.test(user)).map((user) => ({ user, isSwap: false }));
}
const HAS_ALL = /^(?:xen|loop|target|nvme-target):/;

async function probeContents(port: DiskProbePort, node: BlockNode, names: StorageNames): Promise<DiskContent[]> {
  const contents = contentsOf(
    node,
    parseWipefs(await port.run(['wipefs', '-J', node.path, ...partitionsOf(node)])),
    names,
  );
  return await Promise.all(
    contents.map(async (content) =>
      content.type !== 'LVM2_member' || content.group !== null
        ? content
        : { ...content, group: groupInMetadata(await port.run(readMetadata(content.path))) },
    ),
  );
}

function partitionsOf(node: BlockNode): string[] {
  return node.children.filter((child) => child.type === 'part').map((child) => child.path);
}

/** A whole disk with something in it: no loop, memory or mapped device, no boot area of a card, no empty card reader. */
function isDisk(node: BlockNode): boolean {
  return (
    node.type === 'disk' &&
    node.sizeBytes > 0 &&
    !/^(loop|ram|zram|fd|sr|dm-|md|zd|bcache|mtdblock|mmcblk\d+(boot|rpmb|gp))/.test(node.name)
  );
}

async function probeDisk(
  port: DiskProbePort,
  node: BlockNode,
  { names, uses }: Pick<Blocks, 'names' | 'uses'>,
  links: { byId: ReadonlyMap<string, string[]>; byPath: ReadonlyMap<string, string[]> },
): Promise<DiskFacts> {
  const sysfs = `/sys/class/block/${node.name}`;
  const attribute = async (name: string): Promise<string | null> =>
    (await port.read(`${sysfs}/${name}`))?.trim() || null;
  const partitions = partitionsOf(node);
  const holds = await probeContents(port, node, names);
  const everything = withDescendants(node);
  const canCarry = (path: string): boolean =>
    path === node.path || ((node.removable || node.subsystems.split(':').includes('usb')) && partitions.includes(path));
  const isMedium =
    everything.some((part) => part.mountPoints.some((mount) => MEDIUM_MOUNTS.has(mount))) ||
    holds.some(({ path, label }) => label !== null && MEDIUM_LABEL.test(label) && canCarry(path));
  const driver = await controllerDriver(port, sysfs);
  const transport = transportOf(node, await attribute('device/transport'), driver);
  const zeroesItself = ZEROES_AT_ONCE.has(transport) && Number(await attribute('queue/write_zeroes_max_bytes')) > 0;
  const serial = node.serial ?? (await attribute('serial')) ?? (await attribute('device/serial'));
  const wwn = node.wwn ?? (await attribute('wwid'));
  return {
    path: node.path,
    byId: bestLink(links.byId.get(node.path) ?? []) ?? bestLink(links.byPath.get(node.path) ?? []),
    serial,
    wwn,
    model: node.model ?? (await attribute('device/model')),
    identity: identityOf(wwn, serial),
    vendor: node.vendor,
    sizeMiB: Math.floor(node.sizeBytes / 1_048_576),
    logicalSectorBytes: node.logicalSectorBytes,
    physicalSectorBytes: node.physicalSectorBytes,
    transport,
    ...(transport === 'iscsi' && isWholeAdapter(driver) ? { attachesItself: true as const } : {}),
    removable: node.removable,
    rotational: node.rotational,
    readOnly: node.readOnly,
    ...(zeroesItself ? { zeroesItself: true as const } : {}),
    usedBy: usersOf(node, holds, names, { uses, claimed: await claimedDevices(port, node, uses) }),
    holds,
    uuids: uuidsOf(node),
    bootMedium: isMedium,
    installMarker: await readMarker(port, holds),
  };
}

/** Each id once for each device: a table's, a partition's, and that of what is on it. */
function uuidsOf(node: BlockNode): FoundUuid[] {
  const found = withDescendants(node).flatMap((one) =>
    [one === node ? one.tableUuid : null, one.partitionUuid, one.uuid].flatMap((uuid) =>
      uuid === null ? [] : [{ path: one.path, uuid: uuid.toLowerCase() }],
    ),
  );
  return [...new Map(found.map((one) => [`${one.path} ${one.uuid}`, one])).values()];
}

async function controllerDriver(port: DiskProbePort, sysfs: string): Promise<string | null> {
  const pci = pciOf((await port.link(sysfs)) ?? '');
  return pci === null ? null : ((await port.link(`/sys/bus/pci/devices/${pci}/driver`))?.split('/').at(-1) ?? null);
}

/** Reads the marker without mounting, because a mount replays journals and so writes. */
async function readMarker(port: DiskProbePort, holds: readonly DiskContent[]): Promise<DiskFacts['installMarker']> {
  for (const { path } of holds.filter(isBootFilesystem)) {
    const text = await port.run(['debugfs', '-c', '-R', `cat ${MARKER}`, path]);
    // Without an answer (no debugfs, a damaged filesystem) nobody can say that this is no finished host.
    const marker = text === null ? UNREADABLE : parseMarker(text);
    if (marker !== null) return marker;
  }
  return null;
}

/** Names of the maps of multipath on a disk, each once. */
function mapsOn(disk: BlockNode): string[] {
  return [
    ...new Set(
      withDescendants(disk)
        .filter(({ type }) => type === 'mpath')
        .map(({ name }) => name),
    ),
  ];
}

async function storageNames(
  port: DiskProbePort,
  nodes: readonly BlockNode[],
  pools: readonly string[],
): Promise<StorageNames> {
  return {
    groups: parsePvs(await port.run(['pvs', '--readonly', '--reportformat', 'json', '-o', 'pv_name,vg_name'])),
    openVolumes: parseOpenVolumes(
      await port.run(['lvs', '--reportformat', 'json', '-o', 'vg_name,lv_name,lv_device_open']),
    ),
    pools: new Set(pools),
    sharedMaps: new Set(nodes.flatMap(mapsOn).filter((name, index, all) => all.indexOf(name) !== index)),
  };
}

async function linksIn(port: DiskProbePort, folder: string): Promise<Map<string, string[]>> {
  const links = new Map<string, string[]>();
  for (const name of await port.list(folder)) {
    const target = await port.link(`${folder}/${name}`);
    if (target !== null) links.set(target, [...(links.get(target) ?? []), `${folder}/${name}`]);
  }
  return links;
}

function mediaOf(node: BlockNode): MediumFacts[] {
  const isUsb = node.type === 'disk' && node.subsystems.split(':').includes('usb');
  if (node.type === 'rom')
    return node.filesystem === 'iso9660' || node.filesystem === 'udf'
      ? [{ path: node.path, label: node.label, kind: 'optical' }]
      : [];
  return isUsb
    ? withDescendants(node)
        .filter(({ filesystem }) => filesystem === 'iso9660')
        .slice(0, 1)
        .map(({ path, label }) => ({ path, label, kind: 'usb' }))
    : [];
}
