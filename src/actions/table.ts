/** All kinds of action, and the commands that describe one. */
import type { Action, ActionKind } from '../plan/action.ts';
import { applianceStart } from './appliance-start.ts';
import { baseBuild } from './base-build.ts';
import { baseWrite } from './base-write.ts';
import { bootPrepare } from './boot-prepare.ts';
import { bootInstall, bootVerify, treeBootFiles } from './boot.ts';
import { domuBootVolume } from './domu-boot-volume.ts';
import { domuKernel } from './domu-kernel.ts';
import { hostFinish } from './host-finish.ts';
import type { ActionHandler, CommandLine } from './kind.ts';
import { mediumCopy } from './medium-copy.ts';
import { rootClose, rootCopy, rootDrop } from './root-copy.ts';
import { treeCommands } from './tree-commands.ts';
import { treeFiles } from './tree-files.ts';
import { treeIdentity } from './tree-identity.ts';
import { toolsInstall, toolsPackage } from './tools.ts';
import { storageMake, storageOpen } from './storage/make.ts';
import { diskRelease } from './storage/release.ts';
import { volumeWipe } from './storage/wipe.ts';

export const handlers: { readonly [K in ActionKind]: ActionHandler<K> } = {
  'base.build': baseBuild,
  'root.copy': rootCopy,
  'root.close': rootClose,
  'root.drop': rootDrop,
  'tools.package': toolsPackage,
  'tools.install': toolsInstall,
  'base.write': baseWrite,
  'medium.copy': mediumCopy,
  'appliance.start': applianceStart,
  'disk.release': diskRelease,
  'storage.make': storageMake,
  'storage.open': storageOpen,
  'volume.wipe': volumeWipe,
  'tree.files': treeFiles,
  'tree.identity': treeIdentity,
  'tree.boot-files': treeBootFiles,
  'tree.commands': treeCommands,
  'boot.prepare': bootPrepare,
  'boot.install': bootInstall,
  'boot.verify': bootVerify,
  'domu.kernel': domuKernel,
  'domu.boot-volume': domuBootVolume,
  'host.finish': hostFinish,
};

/** The commands a person would type for the effect of an action. Pure. */
export function describe(action: Action): readonly CommandLine[] {
  return (handlers[action.kind] as ActionHandler<ActionKind>).commands(action as never);
}
