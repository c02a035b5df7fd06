/** A DomU's actions: its volumes made and filled, configured, made itself, and recorded in Dom0. Pure. */
import type { Action } from '../action.ts';
import type { BaseUse } from '../bases.ts';
import type { HostModel, ResolvedDomu, ResolvedVolume } from '../model.ts';
import { commandLine } from '../shell-words.ts';
import { typeOf, underOf } from '../storage/devices/table.ts';
import { nodeOf } from '../storage/graph.ts';
import { passwordRef, sumMs } from './section-dom0.ts';
import { deviceActions, DOM0_READY, readyIds } from './section-storage.ts';
import { action } from './sections.ts';
import type { StoragePlan } from '../storage/storage.ts';
import { domuRecord } from '../domu/domu-record.ts';
import { domuTree } from '../domu/domu.ts';
import { directKernelDirectory } from '../domu/xl-config.ts';
import { dom0TreeSpec, domuTreeSpec } from './tree-specs.ts';

const FORMAT_LIMIT_MS = 15 * 60_000;

/** All of one DomU. Nothing of Dom0 or of another DomU waits for these: a failure here stays here. */
export function domuActions(model: HostModel, storage: StoragePlan, domu: ResolvedDomu, base: BaseUse): Action[] {
  const { name } = domu.settings;
  const dom0 = dom0TreeSpec(model);
  const root = domu.volumes.find((volume) => volume.use === 'root');
  if (root === undefined) throw new Error(`${name} has no root`);
  const boot = domu.volumes.find((volume) => volume.use === 'boot');
  const others = domu.volumes.filter((volume) => volume !== root && volume !== boot);
  const files = typeOf(nodeOf(storage.graph, root.deviceId)).isInTree === true;
  const list: Action[] = [
    ...deviceActions(model, storage, name),
    action(
      'base.write',
      `${name}/root/write`,
      name,
      { id: 'write', values: { volume: root.name } },
      [...readyIds(storage, root.deviceId), base.actionId],
      { hash: base.hash, device: root.device, in: files ? dom0 : null, uuid: root.uuid, label: root.label },
    ),
  ];
  if (files && others.length > 0) {
    const commands = others.map((volume) => ({
      run: formatCommands(storage, volume),
      timeoutMs: FORMAT_LIMIT_MS,
      onError: 'fail' as const,
    }));
    list.push(
      action(
        'tree.commands',
        `${name}/filesystems`,
        name,
        { id: 'formatDisks', values: { domu: name } },
        others.flatMap((volume) => readyIds(storage, volume.deviceId)),
        { tree: dom0, commands },
        { timeoutMs: sumMs(commands) },
      ),
    );
  }
  if (boot !== undefined)
    list.push(
      action(
        'domu.boot-volume',
        `${name}/boot-volume`,
        name,
        { id: 'bootVolume', values: { domu: name } },
        [...readyIds(storage, boot.deviceId), ...DOM0_READY],
        { dom0, device: boot.device, rootUuid: root.uuid },
      ),
    );
  const filled = [
    `${name}/root/write`,
    ...(boot === undefined ? [] : [`${name}/boot-volume`]),
    ...(files
      ? others.slice(0, 1).map(() => `${name}/filesystems`)
      : others.flatMap(({ filesystemId }) => (filesystemId === null ? [] : [filesystemId]))),
  ];
  return [...list, ...treeActions(model, domu, filled)];
}

/** What happens inside the DomU's tree, and its record in Dom0: last, so that a DomU that failed is never started. */
function treeActions(model: HostModel, domu: ResolvedDomu, filled: readonly string[]): Action[] {
  const { name, commands } = domu.settings;
  const tree = domuTreeSpec(model, domu);
  const dom0 = dom0TreeSpec(model);
  const record = domuRecord(model, domu);
  const list: Action[] = configurationActions(model, domu, filled);
  let last = `${name}/identity`;
  const then = (next: Action): void => {
    list.push(next);
    last = next.id;
  };
  if (commands.late.length > 0)
    then(
      action(
        'tree.commands',
        `${name}/late`,
        name,
        { id: 'late' },
        [last],
        { tree, commands: commands.late },
        { timeoutMs: sumMs(commands.late) },
      ),
    );
  if (domu.boot === 'direct')
    then(
      action('domu.kernel', `${name}/kernel`, name, { id: 'kernel', values: { domu: name } }, [last, ...DOM0_READY], {
        from: tree,
        to: dom0,
        directory: directKernelDirectory(name),
      }),
    );
  then(
    action('tree.files', `${name}/record`, name, { id: 'record', values: { domu: name } }, [last, 'dom0/files'], {
      tree: dom0,
      files: record.files,
      links: record.links,
      directories: record.directories,
      remove: record.remove,
    }),
  );
  return list;
}

/** The base becomes this DomU. `filled`: what its tree's volumes wait for. */
function configurationActions(model: HostModel, domu: ResolvedDomu, filled: readonly string[]): Action[] {
  const { name, admin } = domu.settings;
  const tree = domuTreeSpec(model, domu);
  const content = domuTree(model, domu);
  return [
    action('tree.files', `${name}/files`, name, { id: 'configuration' }, filled, {
      tree,
      files: content.files,
      links: content.links,
      directories: content.directories,
      remove: content.remove,
    }),
    action('tree.identity', `${name}/identity`, name, { id: 'identity', values: { domain: name } }, [`${name}/files`], {
      tree,
      user: admin.user,
      password: passwordRef(`domus.${name}.admin`, admin),
      sshKeys: admin.sshKeys,
      locale: model.profile.language,
      timezone: model.profile.timezone,
      enableUnits: content.enableUnits,
      disableUnits: content.disableUnits,
      maskUnits: content.maskUnits,
    }),
  ];
}

/** Filesystems in files are made where those lie, inside Dom0's tree, by its own tools. */
function formatCommands({ graph }: StoragePlan, { filesystemId }: ResolvedVolume): string {
  if (filesystemId === null) return ':';
  const node = nodeOf(graph, filesystemId);
  return (typeOf(node).making?.steps(node, underOf(graph, node)) ?? []).map(({ argv }) => commandLine(argv)).join('\n');
}
