/** Devices for tests, and the actions that make them. */
import type { ActionOf, PartitionSpec, TreeSpec } from '../../../src/plan/action.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { Ext4Node } from '../../../src/plan/storage/devices/ext4.ts';
import type { FileNode } from '../../../src/plan/storage/devices/file.ts';
import type { GptNode } from '../../../src/plan/storage/devices/gpt.ts';
import type { LvmGroupNode } from '../../../src/plan/storage/devices/lvm-group.ts';
import type { LvmVolumeNode } from '../../../src/plan/storage/devices/lvm-volume.ts';
import type { DeviceNode, FilesystemNode, Under } from '../../../src/plan/storage/graph.ts';
import { find } from '../host.ts';
import { actionOf } from '../../actions/action-of.ts';

const SOME: Omit<DeviceNode, 'id' | 'type'> = {
  on: [],
  domain: 'host',
  sizeMiB: 1024,
  origin: 'new',
  uuid: null,
  opener: 'dom0',
};

/** Whatever lies below, at a path. */
export function at(path: string): Under {
  return { node: { ...SOME, id: path, type: 'partition' }, path };
}

export function group(name: string): LvmGroupNode {
  return { ...SOME, id: 'host/group', type: 'lvm-group', group: name, freeMiB: 0 };
}

export function volumeIn(name: string, sizeMiB: number): LvmVolumeNode {
  return { ...SOME, id: `dom0/volume/${name}`, type: 'lvm-volume', domain: 'dom0', name, sizeMiB };
}

export function table(uuid: string, partitions: readonly PartitionSpec[]): GptNode {
  return { ...SOME, id: 'host/disk/partition', type: 'gpt', uuid, partitions };
}

export function fileAt(path: string, sizeMiB: number, readBy?: number): FileNode {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    ...{ ...SOME, id: `web1/file/${name}`, type: 'file', domain: 'web1', name, path, sizeMiB },
    ...(readBy === undefined ? {} : { group: readBy }),
  };
}

export function filesystemOf(
  type: 'ext4' | 'vfat' | 'swap',
  fields: { readonly uuid: string; readonly label: string; readonly features?: readonly string[] },
): FilesystemNode & Partial<Omit<Ext4Node, 'type'>> {
  return { ...SOME, id: `dom0/filesystem/${fields.label}`, type, domain: 'dom0', ...fields };
}

/** The action that makes a node. */
export function making(
  node: DeviceNode,
  under: readonly Under[] = [],
  tree: TreeSpec | null = null,
): ActionOf<'storage.make'> {
  return actionOf('storage.make', { node, under, tree }, node.id, node.domain);
}

/** The node that an action of a plan makes. */
export function madeBy<N extends DeviceNode = DeviceNode>(plan: Plan, id: string): N {
  return find(plan, 'storage.make', id).params.node as N;
}

/** The partitions of the first disk. */
export function partitionsOf(plan: Pick<Plan, 'nodes'>): readonly PartitionSpec[] {
  return plan.nodes.flatMap((node) => (node.type === 'gpt' ? (node as GptNode).partitions : []));
}
