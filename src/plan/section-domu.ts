/** A DomU's actions: its volumes filled, configured, made itself, and recorded in Dom0. Pure. */
import type { Action } from './action.ts';
import type { BaseUse } from './bases.ts';
import { extFeatures } from './features.ts';
import type { HostModel, ResolvedDomu } from './model.ts';
import { passwordRef, sumMs } from './section-dom0.ts';
import { DOM0_READY, filesystemId, isFile, volumeActions, volumeReady } from './section-storage.ts';
import { action } from './sections.ts';
import type { StoragePlan } from './storage.ts';
import { domuRecord } from './trees/domu-record.ts';
import { domuTree } from './trees/domu.ts';
import { dom0TreeSpec, domuTreeSpec } from './tree-specs.ts';

/** Where Dom0 keeps the kernels of DomUs with `boot: direct`. */
export const KERNEL_FOLDER = '/var/lib/xenwright/kernels';

export function domuActions(model: HostModel, storage: StoragePlan, domu: ResolvedDomu, base: BaseUse): Action[] {
  const { name, admin, release, commands } = domu.settings;
  const tree = domuTreeSpec(model, domu);
  const dom0 = dom0TreeSpec(model);
    const root = domu.volumes.find((volume) => volume.use === 'root');
  if (root === undefined) throw new Error(`${name} has no root`);
  const plain = isFile(root, storage);
  const content = domuTree(model, domu);
  const record = domuRecord(model, domu);
  const list: Action[] = [
    ...domu.volumes.flatMap((volume) => volumeActions(model, storage, volume, release)),
    action('base.write', `${name}/root/write`, name, `Write the base to ${root.name}`, [volumeReady(root, storage), base.actionId], { hash: base.hash, device: root.device, in: plain ? dom0 : null, uuid: root.uuid, label: root.label }),
  ];
  const others = domu.volumes.filter((volume) => volume.use !== 'root');
  if (plain && others.length > 0) {
    // Files are formatted where they lie: inside Dom0's tree, by its own tools.
    list.push(action('tree.commands', `${name}/filesystems`, name, `Format the disks of ${name}`, others.map((volume) => volumeReady(volume, storage)), { tree: dom0, commands: others.map((volume) => ({ run: formatCommand(volume, release), timeoutMs: 15 * 60_000, onError: 'fail' as const })) }));
  }
  const filesystems = plain ? (others.length > 0 ? [`${name}/filesystems`] : []) : others.map((volume) => filesystemId(name, volume.name));
  const dom0Mounted = plain ? DOM0_READY : [];
  list.push(
    action('tree.files', `${name}/files`, name, 'Write the configuration', [`${name}/root/write`, ...filesystems, ...dom0Mounted], { tree: withDom0(tree, model), files: content.files, links: content.links, directories: content.directories, remove: content.remove }),
    action('tree.identity', `${name}/identity`, name, `Give ${name} its identity`, [`${name}/files`], {
      tree: withDom0(tree, model), user: admin.user, password: passwordRef(`domus.${name}.admin`, admin), sshKeys: admin.sshKeys, locale: model.profile.language, timezone: model.profile.timezone,
      enableUnits: content.enableUnits, disableUnits: content.disableUnits, maskUnits: content.maskUnits,
    }),
  );
  let last = `${name}/identity`;
  if (commands.late.length > 0) {
    list.push(action('tree.commands', `${name}/late`, name, 'Run the late commands', [last], { tree: withDom0(tree, model), commands: commands.late }, { timeoutMs: sumMs(commands.late) }));
    last = `${name}/late`;
  }
  if (domu.boot === 'direct') {
    list.push(action('domu.kernel', `${name}/kernel`, name, `Lift the kernel of ${name} to Dom0`, [last, ...DOM0_READY], { from: withDom0(tree, model), to: dom0, directory: `${KERNEL_FOLDER}/${name}` }));
    last = `${name}/kernel`;
  }
  list.push(action('tree.files', `${name}/record`, name, `Record ${name} in Dom0`, [last, ...DOM0_READY, 'dom0/files'], { tree: dom0, files: record.files, links: record.links, directories: record.directories, remove: record.remove }));
  return list;
}

/** With layout `plain` a DomU's disks are files below Dom0's /var/lib/xenwright: that data partition is mounted for them. */
function withDom0(tree: ReturnType<typeof domuTreeSpec>, model: HostModel): ReturnType<typeof domuTreeSpec> {
  if (model.profile.host.storage.layout !== 'plain') return tree;
  const data = model.volumes.find((volume) => volume.mount === '/var/lib/xenwright');
  return { domain: tree.domain, mounts: tree.mounts.map((mount) => ({ ...mount, device: mount.device, ...(data === undefined ? {} : { backing: { device: data.device, at: '/var/lib/xenwright' } }) })) };
}

function formatCommand(volume: ResolvedDomu['volumes'][number], release: string): string {
  if (volume.filesystem === 'swap') return `mkswap --force --uuid ${volume.uuid} --label ${volume.label} ${volume.device}`;
  return `mke2fs -q -F -t ext4 -b 4096 -I 256 -O none,${extFeatures(release).join(',')} -U ${volume.uuid} -L ${volume.label} ${volume.device}`;
}
