/**
 * Sets of devices that lsblk shows at one of them, or not at all: filesystems on several disks, ZFS pools, bcache. What
 * the kernel itself says of their members is believed, and not a UUID or a label, which a copy has too.
 */
import { isPartitionOf, type BlockNode } from './lsblk.ts';
import type { DiskProbePort } from './probe-port.ts';

/** A device, and what it is a member of. */
export interface Member {
  readonly path: string;
  readonly user: string;
}
interface NodeMember {
  readonly node: BlockNode;
  readonly user: string;
}

/** Where the kernel lists the devices of the filesystems that are mounted: by UUID, then by what. */
const KINDS = {
  btrfs: async (port: DiskProbePort, uuid: string) => await port.list(`/sys/fs/btrfs/${uuid}/devices`),
  bcachefs: async (port: DiskProbePort, uuid: string) => {
    const folder = `/sys/fs/bcachefs/${uuid}`;
    const devices = (await port.list(folder)).filter((name) => /^dev-\d+$/.test(name));
    const blocks = await Promise.all(devices.map(async (name) => await port.link(`${folder}/${name}/block`)));
    return blocks.flatMap((path) => (path === null ? [] : [path.split('/').at(-1) ?? '']));
  },
} as const;

/** Does the kernel list the devices of this filesystem? */
export async function tellsMembers(port: DiskProbePort, type: string, uuid: string): Promise<boolean> {
  return type in KINDS && (await KINDS[type as keyof typeof KINDS](port, uuid)).length > 0;
}

/** Devices of mounted filesystems, wherever those are mounted. */
export async function filesystemMembers(port: DiskProbePort, nodes: readonly BlockNode[]): Promise<NodeMember[]> {
  const found: NodeMember[] = [];
  for (const [type, membersOf] of Object.entries(KINDS)) {
    for (const uuid of await port.list(`/sys/fs/${type}`)) {
      const names = await membersOf(port, uuid);
      for (const node of nodes) if (names.includes(node.kernelName)) found.push({ node, user: `${type}:${uuid}` });
    }
  }
  return found;
}

/** Imported ZFS pools: their devices, and those pools of which no tool tells them. */
export async function probePools(port: DiskProbePort): Promise<{ members: Member[]; untold: readonly string[] }> {
  const pools = await port.list('/proc/spl/kstat/zfs');
  const text = pools.length === 0 ? null : await port.run(['zpool', 'list', '-vHLP']);
  return text === null ? { members: [], untold: pools } : { members: parsePools(text, pools), untold: [] };
}

/**
 * `zpool list -vHLP`: a line of each pool, and below it, indented, one of each of its devices: zpool-list(8). Between
 * them are headings like `cache`.
 */
function parsePools(text: string, pools: readonly string[]): Member[] {
  let pool = '';
  return text.split('\n').flatMap((line) => {
    const [first = ''] = line.split('\t');
    if (pools.includes(first)) pool = first;
    const path = line.split('\t').find((word) => word !== '') ?? '';
    return /^\s/.test(line) && path.startsWith('/') ? [{ path, user: `zfs:${pool}` }] : [];
  });
}

/**
 * Devices that bcache has, and on which nothing stands but partitions: a cache of no disk, a disk that waits for its
 * cache. It has claimed them.
 */
export async function cachesOf(port: DiskProbePort, nodes: readonly BlockNode[]): Promise<NodeMember[]> {
  const found: NodeMember[] = [];
  for (const node of nodes)
    if (
      node.children.every((child) => isPartitionOf(node, child)) &&
      (await port.list(`/sys/class/block/${node.kernelName}/bcache`)).length > 0
    )
      found.push({ node, user: `bcache:${node.kernelName}` });
  return found;
}
