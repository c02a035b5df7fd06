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
/** A filesystem on several devices that is mounted somewhere. `devices`: as /sys/class/block calls them. */
interface SpreadFilesystem {
  readonly type: string;
  readonly uuid: string;
  readonly devices: readonly string[];
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

/** Filesystems whose devices the kernel lists: those that are mounted, wherever that is. */
export async function spreadFilesystems(port: DiskProbePort): Promise<SpreadFilesystem[]> {
  const found: SpreadFilesystem[] = [];
  for (const [type, devicesOf] of Object.entries(KINDS)) {
    for (const uuid of await port.list(`/sys/fs/${type}`)) {
      const devices = await devicesOf(port, uuid);
      if (devices.length > 0) found.push({ type, uuid, devices });
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
