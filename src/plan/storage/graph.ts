/**
 * What lies on the disks of a host, as a graph: devices that stand on devices, the volumes that people know, and what a
 * disk needs to start the machine. A layout gives these and nothing else. Pure.
 */

import { memoizeEach } from '../../memoize.ts';

/** Who opens a device on the running host. The installer opens everything. */
export type Opener = 'initrd' | 'dom0' | 'domu-start' | 'guest';

/** A device; a type adds its own fields. `id` is also that of the action which makes it. */
export interface DeviceNode {
  readonly id: string;
  /** A row of the table of types. */
  readonly type: string;
  /** Ids of what it stands on. */
  readonly on: readonly string[];
  /** `host`, `dom0` or a DomU's name. */
  readonly domain: string;
  readonly sizeMiB: number;
  /** `kept`: opened and compared, never made, wiped or shrunk. `found`: read from a disk. */
  readonly origin: 'new' | 'kept' | 'found';
  readonly uuid: string | null;
  readonly opener: Opener;
}

/** A device that another stands on, and the path where it is found. */
export interface Under {
  readonly node: DeviceNode;
  readonly path: string;
}

/** What nearly all disks have, and all images. */
export const USUAL_SECTOR_BYTES = 512;

/** Where the first device is that a node stands on. */
export function pathBelow([below]: readonly Under[]): string {
  return below?.path ?? '';
}

/** A disk of the machine. */
export interface DiskNode extends DeviceNode {
  readonly type: 'disk';
  /** The name the plan uses: by-id where there is one. */
  readonly path: string;
  /** What people know it as, like /dev/sda; null for an image, whose name in the appliance would mislead. */
  readonly shown: string | null;
  readonly model: string | null;
  readonly serial: string | null;
  /** Of a logical sector, where that is not 512. */
  readonly sectorBytes?: number;
  /** What is on it now, and goes. */
  readonly destroys: readonly string[];
}

/** A device that volumes are taken from; `freeMiB` stays free in it. */
export interface PoolNode extends DeviceNode {
  readonly freeMiB: number;
}

/** A device with a filesystem's label: filesystems and swap. */
export interface FilesystemNode extends DeviceNode {
  readonly label: string;
}

/** What people know a volume by. */
export interface Volume {
  readonly domain: string;
  readonly use: 'root' | 'swap' | 'data' | 'cache' | 'boot' | 'medium';
  readonly name: string;
  /** Id of what is mounted, or swapped to; null: the guest finds a bare device. */
  readonly filesystem: string | null;
  /** Id of what xl.cfg names; null for Dom0's own. */
  readonly handed: string | null;
  /** In the guest: xvda, xvdb … */
  readonly guestDevice: string | null;
  readonly mount: string | null;
}

/**
 * What a disk has of its own to start the machine, by ids: the boot loader, its environment, the marker of a finished
 * install and the copy of the run's state go by these.
 */
export interface BootSet {
  readonly disk: string;
  readonly biosBoot: string | null;
  readonly esp: string | null;
  /** The filesystem of /boot. */
  readonly boot: string;
}

export interface StorageGraph {
  /** Each after what it stands on. */
  readonly nodes: readonly DeviceNode[];
  readonly volumes: readonly Volume[];
  readonly bootSets: readonly BootSet[];
}

/** A host may have thousands of devices: they are looked up, not searched. */
const byId = memoizeEach((nodes: readonly DeviceNode[]) => new Map(nodes.map((node) => [node.id, node])));
const byDomain = memoizeEach((nodes: readonly DeviceNode[]) => Map.groupBy(nodes, ({ domain }) => domain));
const byBelow = memoizeEach((nodes: readonly DeviceNode[]) =>
  Map.groupBy(
    nodes.flatMap((node) => node.on.map((below) => ({ below, node }))),
    ({ below }) => below,
  ),
);

/** The devices of a domain, each after what it stands on. */
export function nodesOf({ nodes }: Pick<StorageGraph, 'nodes'>, domain: string): readonly DeviceNode[] {
  return byDomain(nodes).get(domain) ?? [];
}

/** The node with this id. Throws where there is none: a fault of the layout. */
export function nodeOf({ nodes }: Pick<StorageGraph, 'nodes'>, id: string): DeviceNode {
  const found = byId(nodes).get(id);
  if (found === undefined) throw new Error(`the storage graph has no ${id}`);
  return found;
}

/** What stands on a device, directly. */
export function above({ nodes }: Pick<StorageGraph, 'nodes'>, id: string): DeviceNode[] {
  return (byBelow(nodes).get(id) ?? []).map(({ node }) => node);
}

/** A device and everything below it, itself first. */
export function downFrom(graph: Pick<StorageGraph, 'nodes'>, id: string): DeviceNode[] {
  const node = nodeOf(graph, id);
  return [node, ...node.on.flatMap((one) => downFrom(graph, one))];
}

/** Of a logical sector of a device: the largest of the disks below it. */
export function sectorBytesOf(graph: Pick<StorageGraph, 'nodes'>, id: string): number {
  return Math.max(
    USUAL_SECTOR_BYTES,
    ...downFrom(graph, id).map((node) => (node as Partial<DiskNode>).sectorBytes ?? USUAL_SECTOR_BYTES),
  );
}

/** The disks of a host, in the order in which they were chosen. */
function disksOf({ nodes }: Pick<StorageGraph, 'nodes'>): DiskNode[] {
  return nodes.filter((node): node is DiskNode => node.type === 'disk');
}

/** Those that are written to; none where DomUs are added to a host that stands. */
export function newDisks(graph: Pick<StorageGraph, 'nodes'>): DiskNode[] {
  return disksOf(graph).filter(({ origin }) => origin === 'new');
}

/** The device that a volume is: below its filesystem, or what the guest is handed. */
export function deviceOf(graph: Pick<StorageGraph, 'nodes'>, volume: Volume): DeviceNode {
  if (volume.filesystem !== null) {
    const [below] = nodeOf(graph, volume.filesystem).on;
    if (below !== undefined) return nodeOf(graph, below);
  }
  if (volume.handed === null) throw new Error(`${volume.name} is on no device`);
  return nodeOf(graph, volume.handed);
}

/** Ids of the devices that volumes are. */
export const volumeDevices = memoizeEach(
  (graph: StorageGraph): ReadonlySet<string> => new Set(graph.volumes.map((volume) => deviceOf(graph, volume).id)),
);

/** What volumes are taken from, and how much of it stays free. */
export function poolsOf({ nodes }: Pick<StorageGraph, 'nodes'>): PoolNode[] {
  return nodes.filter((node): node is PoolNode => 'freeMiB' in node);
}
