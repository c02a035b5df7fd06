/** What is asked of a node by its row. Pure. */
import { EXIT, failure } from '../../../errors.ts';
import type { Adds, DeviceType, FilesystemType, HostUse } from './device-type.ts';
import { rows } from './rows.ts';
import { nodeOf, type DeviceNode, type StorageGraph, type Under } from '../graph.ts';

const deviceTypes: ReadonlyMap<string, DeviceType> = new Map(rows.map((row) => [row.type, row]));

/** The row of a node's type. Throws `not-supported-yet` (exit 3) for a type that has none: a filesystem that is to come. */
export function typeOf({ type }: Pick<DeviceNode, 'type'>): DeviceType {
  const found = deviceTypes.get(type);
  if (found === undefined) throw failure('not-supported-yet.filesystem', EXIT.profile, { filesystem: type });
  return found;
}

/** What a node stands on, each with its path. */
export function underOf(graph: Pick<StorageGraph, 'nodes'>, { on }: DeviceNode): Under[] {
  return on.map((id) => {
    const node = nodeOf(graph, id);
    return { node, path: pathOf(graph, node) };
  });
}

/** Where a device is found, on the installer and on the host. */
export function pathOf(graph: Pick<StorageGraph, 'nodes'>, node: DeviceNode): string {
  return typeOf(node).path(node, underOf(graph, node));
}

/** What the host needs for one of its devices. */
export function addsOf(graph: Pick<StorageGraph, 'nodes'>, node: DeviceNode, host: HostUse): Adds {
  return typeOf(node).adds?.(node, underOf(graph, node), host) ?? {};
}

/** How mount(8) calls what is on a node; null where it is no filesystem. */
export function mountTypeOf(node: DeviceNode): string | null {
  return (typeOf(node) as Partial<FilesystemType>).mountType ?? null;
}
