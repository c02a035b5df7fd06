/** A DomU's actions: its volumes made and filled, configured, made itself, and recorded in Dom0. Pure. */
import type { Action, ActionOf, TreeSpec } from '../action.ts';
import type { BaseUse } from '../bases.ts';
import type { HostModel, ResolvedDomu, ResolvedVolume } from '../model.ts';
import { commandLine } from '../shell-words.ts';
import { typeOf, underOf } from '../storage/devices/table.ts';
import { nodeOf } from '../storage/graph.ts';
import { closeAction, copied, copyAction, inCopy, isEmpty, volumesAction, type Copied } from './section-copy.ts';
import { configurationActions, lastOf, type Configured } from './section-configuration.ts';
import { sumMs } from './section-dom0.ts';
import { deviceActions, DOM0_READY, readyIds } from './section-storage.ts';
import { action } from './sections.ts';
import type { StoragePlan } from '../storage/storage.ts';
import { domuRecord } from '../domu/domu-record.ts';
import { domuTree } from '../domu/domu.ts';
import { directKernelDirectory } from '../domu/xl-config.ts';
import { dom0TreeSpec, domuTreeSpec } from './tree-specs.ts';

const FORMAT_LIMIT_MS = 15 * 60_000;

/** All of one DomU. Nothing of Dom0 or of another DomU waits for these: a failure here stays here. */
export function domuActions(
  model: HostModel,
  storage: StoragePlan,
  domu: ResolvedDomu,
  base: BaseUse,
  dom0Configured: string,
): Action[] {
  const { name } = domu.settings;
  const tree = domuTreeSpec(model, domu);
  const content = domuTree(model, domu);
  const parts = partsOf(domu, storage);
  const copy = copied(model, base, parts.root, tree, { content, admin: domu.settings.admin });
  const from = copy === null ? { hash: base.hash } : { hash: copy.name, isCopy: true as const };
  const filled = fillingActions(model, storage, parts, from, copy === null ? base.actionId : `${name}/root/close`);
  const configured =
    copy === null
      ? configuration(model, domu, { tree, content, needs: filled.ids })
      : isEmpty(copy.onVolumes)
        ? []
        : [volumesAction(name, filled.ids, tree, copy.onVolumes)];
  const last = configured.slice(-1).map(({ id }) => id);
  return [
    ...(copy === null ? [] : copyActions(model, domu, base, copy)),
    ...deviceActions(model, storage, name),
    ...filled.actions,
    ...configured,
    ...treeActions(model, domu, last.length > 0 ? last : filled.ids, dom0Configured),
  ];
}

/** The volumes of a DomU, by how they are filled. */
interface Parts {
  readonly name: string;
  readonly root: ResolvedVolume;
  readonly boot: ResolvedVolume | undefined;
  readonly others: readonly ResolvedVolume[];
  /** They are files in Dom0's tree. */
  readonly areFiles: boolean;
}

function partsOf({ settings: { name }, volumes }: ResolvedDomu, { graph }: StoragePlan): Parts {
  const root = volumes.find((volume) => volume.use === 'root');
  if (root === undefined) throw new Error(`${name} has no root`);
  const boot = volumes.find((volume) => volume.use === 'boot');
  return {
    name,
    root,
    boot,
    others: volumes.filter((volume) => volume !== root && volume !== boot),
    areFiles: typeOf(nodeOf(graph, root.deviceId)).isInTree === true,
  };
}

/** Its root, from a base or from its copy, and what else has to be on its volumes. `ids`: what is last of it. */
function fillingActions(
  model: HostModel,
  storage: StoragePlan,
  { name, root, boot, others, areFiles }: Parts,
  from: Pick<ActionOf<'base.write'>['params'], 'hash' | 'isCopy'>,
  made: string,
): { readonly actions: readonly Action[]; readonly ids: readonly string[] } {
  const dom0 = dom0TreeSpec(model);
  const write = action(
    'base.write',
    `${name}/root/write`,
    name,
    { id: 'write', values: { volume: root.name } },
    [...readyIds(storage, root.deviceId), made],
    { ...from, device: root.device, in: areFiles ? dom0 : null, uuid: root.uuid, label: root.label },
  );
  const fresh = others.filter(({ deviceId }) => nodeOf(storage.graph, deviceId).origin === 'new');
  const format = areFiles && fresh.length > 0 ? [formatAction(storage, dom0, name, fresh)] : [];
  const loader =
    boot === undefined
      ? []
      : [
          action(
            'domu.boot-volume',
            `${name}/boot-volume`,
            name,
            { id: 'bootVolume', values: { domu: name } },
            [...readyIds(storage, boot.deviceId), ...DOM0_READY],
            { dom0, device: boot.device, rootUuid: root.uuid },
          ),
        ];
  const formatted = areFiles
    ? format.map(({ id }) => id)
    : others.flatMap(({ filesystemId }) => (filesystemId === null ? [] : [filesystemId]));
  return { actions: [write, ...format, ...loader], ids: [write.id, ...loader.map(({ id }) => id), ...formatted] };
}

/** Filesystems in files, by Dom0's own tools. */
function formatAction(storage: StoragePlan, dom0: TreeSpec, name: string, volumes: readonly ResolvedVolume[]): Action {
  const commands = volumes.map((volume) => ({
    run: formatCommands(storage, volume),
    timeoutMs: FORMAT_LIMIT_MS,
    onError: 'fail' as const,
  }));
  return action(
    'tree.commands',
    `${name}/filesystems`,
    name,
    { id: 'formatDisks', values: { domu: name } },
    volumes.flatMap((volume) => readyIds(storage, volume.deviceId)),
    { tree: dom0, commands },
    { timeoutMs: sumMs(commands) },
  );
}

/** All that needs none of its volumes. */
function copyActions(model: HostModel, domu: ResolvedDomu, base: BaseUse, copy: Copied): Action[] {
  const { name } = domu.settings;
  const inRoot = configuration(model, domu, {
    tree: copy.tree,
    content: copy.inRoot,
    needs: [`${name}/root/copy`],
    differs: inCopy,
  });
  return [copyAction(name, base, copy, name), ...inRoot, closeAction(name, lastOf(inRoot).id, copy, name)];
}

/** What happens inside the DomU's tree, and its record in Dom0: last, so that a DomU that failed is never started. */
function treeActions(
  model: HostModel,
  domu: ResolvedDomu,
  configured: readonly string[],
  dom0Configured: string,
): Action[] {
  const { name, commands } = domu.settings;
  const tree = domuTreeSpec(model, domu);
  const dom0 = dom0TreeSpec(model);
  const record = domuRecord(model, domu);
  const list: Action[] = [];
  let last = configured;
  const then = (next: Action): void => {
    list.push(next);
    last = [next.id];
  };
  if (commands.late.length > 0)
    then(
      action(
        'tree.commands',
        `${name}/late`,
        name,
        { id: 'late' },
        last,
        { tree, commands: commands.late },
        { timeoutMs: sumMs(commands.late) },
      ),
    );
  if (domu.boot === 'direct')
    then(
      action(
        'domu.kernel',
        `${name}/kernel`,
        name,
        { id: 'kernel', values: { domu: name } },
        [...last, ...DOM0_READY],
        { from: tree, to: dom0, directory: directKernelDirectory(name) },
      ),
    );
  then(
    action('tree.files', `${name}/record`, name, { id: 'record', values: { domu: name } }, [...last, dom0Configured], {
      tree: dom0,
      files: record.files,
      links: record.links,
      directories: record.directories,
      remove: record.remove,
    }),
  );
  return list;
}

/** The base becomes this DomU. `differs`: what is not as on the target. */
function configuration(
  model: HostModel,
  { settings: { name, admin } }: ResolvedDomu,
  where: Pick<Configured, 'tree' | 'content' | 'needs' | 'differs'>,
): [Action, ...Action[]] {
  return configurationActions(model.profile, {
    domain: name,
    shown: name,
    admin,
    secrets: `domus.${name}.admin`,
    ...where,
  });
}

/** Filesystems in files are made where those lie, inside Dom0's tree, by its own tools. */
function formatCommands({ graph }: StoragePlan, { filesystemId }: ResolvedVolume): string {
  if (filesystemId === null) return ':';
  const node = nodeOf(graph, filesystemId);
  return (typeOf(node).making?.steps(node, underOf(graph, node)) ?? []).map(({ argv }) => commandLine(argv)).join('\n');
}
