/** Dom0's actions: its root from the base, configuration, identity, boot loader. Pure. */
import type { Action, ActionOf } from '../action.ts';
import type { BaseUse } from '../bases.ts';
import type { HostModel, ResolvedVolume, TreeContent } from '../model.ts';
import { configurationActions, lastOf, type Configured } from './section-configuration.ts';
import { closeAction, copied, copyAction, inCopy, isEmpty, volumesAction, type Copied } from './section-copy.ts';
import { action } from './sections.ts';
import { DOM0_READY, readyIds } from './section-storage.ts';
import { TOOLS_ROOM_MIB, toolsInDom0, toolsPackage } from './section-tools.ts';
import { rootArguments } from '../boot/grub-host.ts';
import type { PartitionNode } from '../storage/devices/partition.ts';
import { addsOf, pathOf } from '../storage/devices/table.ts';
import { downFrom, nodeOf } from '../storage/graph.ts';
import type { StoragePlan } from '../storage/storage.ts';
import { dom0Tree } from '../dom0/dom0.ts';
import { dom0TreeSpec } from './tree-specs.ts';

/** What Dom0 is made of, and the ids that others wait for. */
interface Dom0Plan {
  readonly actions: readonly Action[];
  /** Dom0's tree has its configuration. */
  readonly configured: string;
}

export function dom0Actions(model: HostModel, storage: StoragePlan, base: BaseUse): Dom0Plan {
  const tree = dom0TreeSpec(model);
  const content = dom0Tree(model);
  const copy = copied(model, base, rootOf(model), tree, { content, admin: model.profile.host.admin });
  return copy === null ? onTarget(model, storage, base, content) : besideTarget(model, storage, base, copy);
}

/** Written first, then configured where it is. */
function onTarget(model: HostModel, storage: StoragePlan, base: BaseUse, content: TreeContent): Dom0Plan {
  const tree = dom0TreeSpec(model);
  const configured = configuration(model, { tree, content, needs: DOM0_READY });
  const tools = toolsInDom0(model, tree, lastOf(configured).id);
  const last = tools[0]?.id ?? lastOf(configured).id;
  const late = lateActions(model, [last]);
  const actions = [
    ...toolsPackage(model),
    ...rootActions(model, storage, { hash: base.hash }, base.actionId),
    ...configured,
    ...tools,
    ...late,
    ...bootActions(model, storage, [late.at(-1)?.id ?? last], false),
  ];
  return { actions, configured: 'dom0/files' };
}

/** Configured in a copy, then written. */
function besideTarget(model: HostModel, storage: StoragePlan, base: BaseUse, copy: Copied): Dom0Plan {
  const boot = preparedBoot(model, storage);
  const inRoot = configuration(model, {
    tree: copy.tree,
    content: copy.inRoot,
    needs: ['dom0/root/copy'],
    differs: inCopy,
  });
  const tools = toolsInDom0(model, copy.tree, lastOf(inRoot).id, inCopy);
  const last = tools[0]?.id ?? lastOf(inRoot).id;
  const prepared =
    boot === null
      ? []
      : [
          action(
            'boot.prepare',
            'dom0/boot/prepare',
            'dom0',
            { id: 'bootPrepare' },
            [last],
            { tree: copy.tree, ...boot },
            { place: 'builder' },
          ),
        ];
  const volumes = isEmpty(copy.onVolumes)
    ? []
    : [volumesAction('dom0', DOM0_READY, dom0TreeSpec(model), copy.onVolumes)];
  const configured = volumes.length > 0 ? volumes.map(({ id }) => id) : DOM0_READY;
  const late = lateActions(model, configured);
  const actions = [
    ...toolsPackage(model),
    copyAction('dom0', base, copy, 'Dom0', tools.length === 0 ? null : TOOLS_ROOM_MIB),
    ...inRoot,
    ...tools,
    ...prepared,
    closeAction('dom0', prepared[0]?.id ?? last, copy, 'Dom0'),
    ...rootActions(model, storage, { hash: copy.name, isCopy: true }, 'dom0/root/close'),
    ...volumes,
    ...late,
    ...bootActions(model, storage, late.length > 0 ? late.map(({ id }) => id) : configured, boot !== null),
  ];
  return { actions, configured: configured.at(-1) ?? 'dom0/boot-files' };
}

function rootOf(model: HostModel): ResolvedVolume {
  const root = model.volumes.find((volume) => volume.use === 'root');
  if (root === undefined) throw new Error('Dom0 has no root');
  return root;
}

function bootOf(model: HostModel): ResolvedVolume {
  const boot = model.volumes.find((volume) => volume.name === 'boot');
  if (boot === undefined) throw new Error('Dom0 has no /boot');
  return boot;
}

/** What is written to the root's volume, once `filled` is done, and what of it belongs on /boot. */
function rootActions(
  model: HostModel,
  storage: StoragePlan,
  from: Pick<ActionOf<'base.write'>['params'], 'hash' | 'isCopy'>,
  filled: string,
): Action[] {
  const [root, boot] = [rootOf(model), bootOf(model)];
  const filesystems = model.volumes
    .filter(({ use }) => use !== 'root' && use !== 'medium')
    .flatMap(({ filesystemId }) => (filesystemId === null ? [] : [filesystemId]));
  return [
    action(
      'base.write',
      'dom0/root/write',
      'dom0',
      { id: 'write', values: { volume: root.name } },
      [...readyIds(storage, root.deviceId), filled],
      { ...from, device: root.device, in: null, uuid: root.uuid, label: root.label },
    ),
    action('tree.boot-files', 'dom0/boot-files', 'dom0', { id: 'bootFiles' }, ['dom0/root/write', ...filesystems], {
      tree: dom0TreeSpec(model),
      bootDevice: boot.device,
    }),
  ];
}

/** `differs`: what is not as on the target. */
function configuration(
  model: HostModel,
  where: Pick<Configured, 'tree' | 'content' | 'needs' | 'differs'>,
): [Action, ...Action[]] {
  const { admin } = model.profile.host;
  return configurationActions(model.profile, { domain: 'dom0', shown: 'Dom0', admin, secrets: 'host.admin', ...where });
}

function lateActions(model: HostModel, needs: readonly string[]): Action[] {
  const { late } = model.profile.host.commands;
  if (late.length === 0) return [];
  return [
    action(
      'tree.commands',
      'dom0/late',
      'dom0',
      { id: 'late' },
      needs,
      { tree: dom0TreeSpec(model), commands: late },
      { timeoutMs: sumMs(late) },
    ),
  ];
}

/** The boot loader, and the proof that it will start what was written. */
function bootActions(model: HostModel, storage: StoragePlan, needs: readonly string[], isPrepared: boolean): Action[] {
  const { hypervisor } = model.profile.host;
  const tree = dom0TreeSpec(model);
  return [
    action(
      'boot.install',
      'dom0/boot/install',
      'dom0',
      { id: 'bootInstall' },
      needs,
      {
        tree,
        bootSets: storage.graph.bootSets.map(({ disk, esp }) => ({
          disk: pathOf(storage.graph, nodeOf(storage.graph, disk)),
          esp: esp === null ? null : pathOf(storage.graph, nodeOf(storage.graph, esp)),
        })),
        bios: model.bios,
        uefi: model.uefi,
        nvram: model.facts.kind === 'machine' && model.facts.firmware.kind !== 'bios',
        ...(isPrepared ? { isPrepared } : {}),
      },
      isPrepared ? { weight: 4 } : {},
    ),
    action('boot.verify', 'dom0/boot/verify', 'dom0', { id: 'bootVerify' }, ['dom0/boot/install'], {
      tree,
      hypervisor,
      memoryMiB: hypervisor === 'xen' ? model.dom0MemoryMiB : null,
      bios: model.bios,
      uefi: model.uefi,
    }),
  ];
}

/**
 * What GRUB has to know to make its files without the disks. Null where only the disks can tell: its partition is not
 * plainly on one disk, or the profile's commands may change what it reads.
 */
function preparedBoot(
  model: HostModel,
  { graph }: StoragePlan,
): Omit<ActionOf<'boot.prepare'>['params'], 'tree'> | null {
  const [root, boot] = [rootOf(model), bootOf(model)];
  const { host } = model.profile;
  const below = nodeOf(graph, boot.deviceId);
  if (graph.bootSets.length !== 1 || below.type !== 'partition' || host.commands.late.length > 0) return null;
  const { number } = below as PartitionNode;
  const [device = ''] = rootArguments(model).flatMap((word) => (word.startsWith('root=') ? [word.slice(5)] : []));
  const abstractions = downFrom(graph, root.deviceId).flatMap(
    (node) => addsOf(graph, node, host).grubAbstraction ?? [],
  );
  return {
    bios: model.bios,
    uefi: model.uefi,
    root: { device, uuid: root.uuid, abstraction: abstractions.join(' ') },
    boot: { device: boot.device, uuid: boot.uuid, number },
  };
}

/** A limit that leaves every command its own. */
export function sumMs(commands: readonly { timeoutMs: number }[]): number {
  return commands.reduce((sum, command) => sum + command.timeoutMs, 60_000);
}
