/** The actions of storage: disks are released, devices made or opened, each after what it stands on. Pure. */
import type { Action } from '../action.ts';
import type { HostModel } from '../model.ts';
import { typeOf, underOf } from '../storage/devices/table.ts';
import { newDisks, nodeOf, nodesOf, volumeDevices, type DeviceNode, type StorageGraph } from '../storage/graph.ts';
import type { StoragePlan } from '../storage/storage.ts';
import { wipeLimitMs, wipeSeconds } from '../storage/wipe.ts';
import { action } from './sections.ts';
import { dom0TreeSpec } from './tree-specs.ts';

/** Dom0 can be mounted whole after these. */
export const DOM0_READY = ['dom0/root/write', 'dom0/boot-files'];

const HOST_DOMAINS: readonly string[] = ['host', 'dom0'];

/** Ids of the actions after which all disks of a plan are partitioned: what stands on them then is the run's own. */
export function partitionedIds({ nodes }: Pick<StorageGraph, 'nodes'>): string[] {
  return nodes.filter(({ type, origin }) => type === 'gpt' && origin === 'new').map(({ id }) => id);
}

/** Ids of the actions that are the first to write to a disk. */
export function isRelease(id: string): boolean {
  return id.startsWith('host/') && id.endsWith('/release');
}

/** Ids of the actions after which a device is there to be written: for a DomU's, with nothing of before in it. */
export function readyIds(storage: StoragePlan, id: string): string[] {
  const node = nodeOf(storage.graph, id);
  if (isWiped(node, storage)) return [wipeId(node)];
  if (hasAction(node, storage.graph)) return [node.id];
  if (node.type === 'disk') return [releaseId(node)];
  return node.on.flatMap((below) => readyIds(storage, below));
}

function releaseId({ id }: DeviceNode): string {
  return `${id}/release`;
}

function wipeId({ id, domain }: DeviceNode): string {
  return `${domain}/wipe/${id.slice(id.lastIndexOf('/') + 1)}`;
}

/** Is anything done for it, beside what is done for what lies below? */
function hasAction(node: DeviceNode, graph: StorageGraph): boolean {
  if (node.origin !== 'new') return true;
  return (typeOf(node).making?.steps(node, underOf(graph, node)) ?? []).length > 0 && !isOnFile(node, graph);
}

/** Filesystems in files are made where those lie, by Dom0's own tools. */
function isOnFile({ on }: DeviceNode, graph: StorageGraph): boolean {
  return on.some((id) => typeOf(nodeOf(graph, id)).isInTree === true);
}

/** No guest reads what anybody wrote before it. What is Dom0's stays in Dom0, and some devices begin empty. */
function isWiped(node: DeviceNode, { graph, wipe }: StoragePlan): boolean {
  return (
    wipe !== null &&
    node.origin === 'new' &&
    !HOST_DOMAINS.includes(node.domain) &&
    typeOf(node).startsEmpty !== true &&
    volumeDevices(graph).has(node.id)
  );
}

/** All disks, and Dom0's volumes on them. `first`: what must be done before anything is written. */
export function storageActions(model: HostModel, storage: StoragePlan, first: readonly string[]): Action[] {
  return [
    ...newDisks(storage.graph).map((disk) =>
      action(
        'disk.release',
        releaseId(disk),
        'host',
        // The appliance's name for an image is also that of some real disk on the machine at hand.
        disk.shown === null ? { id: 'releaseImage' } : { id: 'releaseDisk', values: { disk: disk.shown } },
        first,
        { disk: disk.path },
      ),
    ),
    ...HOST_DOMAINS.flatMap((domain) => deviceActions(model, storage, domain)),
  ];
}

/** Makes the devices of a domain, and wipes those of a DomU. Roots get their filesystem from a base. */
export function deviceActions(model: HostModel, storage: StoragePlan, domain: string): Action[] {
  return nodesOf(storage.graph, domain).flatMap((node) => [
    ...(hasAction(node, storage.graph) ? [deviceAction(model, storage, node)] : []),
    ...(isWiped(node, storage) ? wipeActions(storage, node) : []),
  ]);
}

function deviceAction(model: HostModel, storage: StoragePlan, node: DeviceNode): Action {
  const type = typeOf(node);
  const under = underOf(storage.graph, node);
  const isInTree = type.isInTree === true;
  const needs = isInTree ? DOM0_READY : node.on.flatMap((id) => readyIds(storage, id));
  const params = { node, under, tree: isInTree ? dom0TreeSpec(model) : null };
  if (node.origin !== 'new' || type.making === null) {
    const device = type.path(node, under);
    return action('storage.open', node.id, node.domain, { id: 'openDevice', values: { device } }, needs, params);
  }
  const { title, weight, timeoutMs } = type.making;
  return action('storage.make', node.id, node.domain, title(node, under), needs, params, { weight, timeoutMs });
}

/** Nothing of before is left in it. */
function wipeActions({ graph, wipe }: StoragePlan, node: DeviceNode): Action[] {
  if (wipe === null) return [];
  const { sizeMiB } = node;
  const name = node.id.slice(node.id.lastIndexOf('/') + 1);
  const seconds = wipeSeconds(wipe, sizeMiB);
  return [
    action(
      'volume.wipe',
      wipeId(node),
      node.domain,
      wipe.by === 'device'
        ? { id: 'zeroByDisk', values: { name, size: sizeMiB } }
        : { id: 'zeroByWriting', values: { name, size: sizeMiB, seconds } },
      [node.id],
      { device: typeOf(node).path(node, underOf(graph, node)), by: wipe.by },
      { weight: seconds, timeoutMs: wipeLimitMs(sizeMiB), uses: { disk: wipe.units } },
    ),
  ];
}
