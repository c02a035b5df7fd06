/** Dom0's actions: its root from the base, configuration, identity, boot loader. Pure. */
import type { Action, SecretRef } from '../action.ts';
import type { BaseUse } from '../bases.ts';
import type { HostModel } from '../model.ts';
import { action } from './sections.ts';
import { DOM0_READY, readyIds } from './section-storage.ts';
import { pathOf } from '../storage/devices/table.ts';
import { nodeOf } from '../storage/graph.ts';
import type { StoragePlan } from '../storage/storage.ts';
import { dom0Tree } from '../dom0/dom0.ts';
import { dom0TreeSpec } from './tree-specs.ts';

export function dom0Actions(model: HostModel, storage: StoragePlan, base: BaseUse): Action[] {
  const { late } = model.profile.host.commands;
  const list: Action[] = [...rootActions(model, storage, base), ...configurationActions(model)];
  if (late.length > 0)
    list.push(
      action(
        'tree.commands',
        'dom0/late',
        'dom0',
        { id: 'late' },
        ['dom0/identity'],
        { tree: dom0TreeSpec(model), commands: late },
        { timeoutMs: sumMs(late) },
      ),
    );
  const configured = late.length > 0 ? 'dom0/late' : 'dom0/identity';
  return [...list, ...bootActions(model, storage, configured)];
}

/** The base on the root's volume, and what of it belongs on /boot. */
function rootActions(model: HostModel, storage: StoragePlan, base: BaseUse): Action[] {
  const root = model.volumes.find((volume) => volume.use === 'root');
  const boot = model.volumes.find((volume) => volume.name === 'boot');
  if (root === undefined || boot === undefined) throw new Error('Dom0 has no root or no /boot');
  const filesystems = model.volumes
    .filter(({ use }) => use !== 'root' && use !== 'medium')
    .flatMap(({ filesystemId }) => (filesystemId === null ? [] : [filesystemId]));
  return [
    action(
      'base.write',
      'dom0/root/write',
      'dom0',
      { id: 'write', values: { volume: root.name } },
      [...readyIds(storage, root.deviceId), base.actionId],
      { hash: base.hash, device: root.device, in: null, uuid: root.uuid, label: root.label },
    ),
    action('tree.boot-files', 'dom0/boot-files', 'dom0', { id: 'bootFiles' }, ['dom0/root/write', ...filesystems], {
      tree: dom0TreeSpec(model),
      bootDevice: boot.device,
    }),
  ];
}

function configurationActions(model: HostModel): Action[] {
  const { host, language, timezone } = model.profile;
  const tree = dom0TreeSpec(model);
  const content = dom0Tree(model);
  return [
    action('tree.files', 'dom0/files', 'dom0', { id: 'configuration' }, DOM0_READY, {
      tree,
      files: content.files,
      links: content.links,
      directories: content.directories,
      remove: content.remove,
    }),
    action('tree.identity', 'dom0/identity', 'dom0', { id: 'identity', values: { domain: 'Dom0' } }, ['dom0/files'], {
      tree,
      user: host.admin.user,
      password: passwordRef('host.admin', host.admin),
      sshKeys: host.admin.sshKeys,
      locale: language,
      timezone,
      enableUnits: content.enableUnits,
      disableUnits: content.disableUnits,
      maskUnits: content.maskUnits,
    }),
  ];
}

/** The boot loader, and the proof that it will start what was written. `configured`: the action before it. */
function bootActions(model: HostModel, storage: StoragePlan, configured: string): Action[] {
  const { hypervisor } = model.profile.host;
  const tree = dom0TreeSpec(model);
  return [
    action('boot.install', 'dom0/boot/install', 'dom0', { id: 'bootInstall' }, [configured], {
      tree,
      bootSets: storage.graph.bootSets.map(({ disk, esp }) => ({
        disk: pathOf(storage.graph, nodeOf(storage.graph, disk)),
        esp: esp === null ? null : pathOf(storage.graph, nodeOf(storage.graph, esp)),
      })),
      bios: model.bios,
      uefi: model.uefi,
      nvram: model.facts.kind === 'machine' && model.facts.firmware.kind !== 'bios',
    }),
    action('boot.verify', 'dom0/boot/verify', 'dom0', { id: 'bootVerify' }, ['dom0/boot/install'], {
      tree,
      hypervisor,
      memoryMiB: hypervisor === 'xen' ? model.dom0MemoryMiB : null,
      bios: model.bios,
      uefi: model.uefi,
    }),
  ];
}

/** Names the password of an administrator when the profile has one. */
export function passwordRef(
  prefix: string,
  admin: { passwordHash: string | null; password: string | null },
): SecretRef | null {
  if (admin.passwordHash !== null) return { secret: `${prefix}.passwordHash` };
  return admin.password === null ? null : { secret: `${prefix}.password` };
}

/** A limit that leaves every command its own. */
export function sumMs(commands: readonly { timeoutMs: number }[]): number {
  return commands.reduce((sum, command) => sum + command.timeoutMs, 60_000);
}
