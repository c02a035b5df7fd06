/** All kinds of action, and the commands that describe one. */
import type { Action, ActionKind } from '../plan/action.ts';
import { baseBuild } from './base-build.ts';
import { baseWrite } from './base-write.ts';
import { bootInstall, bootVerify, treeBootFiles } from './boot.ts';
import { diskPartition } from './disk-partition.ts';
import { diskRelease } from './disk-release.ts';
import { domuBootVolume } from './domu-boot-volume.ts';
import { domuKernel } from './domu-kernel.ts';
import { fileAllocate } from './file-allocate.ts';
import { filesystemMake } from './filesystem-make.ts';
import { hostFinish } from './host-finish.ts';
import type { ActionHandler, CommandLine } from './kind.ts';
import { lvmGroup, lvmVolume } from './lvm.ts';
import { mediumCopy } from './medium-copy.ts';
import { treeCommands } from './tree-commands.ts';
import { treeFiles } from './tree-files.ts';
import { treeIdentity } from './tree-identity.ts';
import { volumeWipe } from './volume-wipe.ts';

export const handlers: { readonly [K in ActionKind]: ActionHandler<K> } = {
  'base.build': baseBuild,
  'base.write': baseWrite,
  'medium.copy': mediumCopy,
  'disk.release': diskRelease,
  'disk.partition': diskPartition,
  'filesystem.make': filesystemMake,
  'lvm.group': lvmGroup,
  'lvm.volume': lvmVolume,
  'volume.wipe': volumeWipe,
  'file.allocate': fileAllocate,
  'tree.files': treeFiles,
  'tree.identity': treeIdentity,
  'tree.boot-files': treeBootFiles,
  'tree.commands': treeCommands,
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
