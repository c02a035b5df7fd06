/** Disks: taking them out of old hands, partition tables, filesystems, volume groups, volumes and raw files. */
import { EXIT, XenwrightError } from '../errors.ts';
import type { ActionOf, PartitionSpec } from '../plan/action.ts';
import type { ActionContext, ActionHandler } from './kind.ts';

const SETTLE = ['udevadm', 'settle', '--timeout=30'];

/** Releases what an old install still holds: once, in order; what will not go is refused with the command to look at it. */
export const diskRelease: ActionHandler<'disk.release'> = {
  kind: 'disk.release',
  commands: ({ params }) => [{ argv: ['wipefs', '--all', '--force', `${params.disk}*`], note: 'after swapoff, vgchange -an and mdadm --stop of what is on it' }],
  async apply({ params }, context) {
    const tree = await holders(params.disk, context);
    for (const holder of tree.reverse()) {
      if (holder.type.startsWith('raid') || holder.type === 'md') await context.exec(['mdadm', '--stop', holder.path], { okCodes: [0, 1, 2] });
      else if (holder.type === 'lvm' || holder.type === 'crypt' || holder.type === 'dm') await context.exec(['dmsetup', 'remove', '--retry', holder.path], { okCodes: [0, 1] });
    }
    const left = (await holders(params.disk, context)).filter((holder) => holder.type !== 'part' && holder.type !== 'disk');
    const stuck = left[0];
    if (stuck !== undefined) {
      throw new XenwrightError({ code: 'disk-held', exit: EXIT.refused, message: `${params.disk} is still held by ${stuck.path} (${stuck.type})`, hint: `see what uses it:  lsblk ${params.disk}; fuser -vm ${stuck.path}` });
    }
    const parts = (await holders(params.disk, context)).filter((holder) => holder.type === 'part').map((holder) => holder.path);
    for (const path of [...parts, params.disk]) await context.exec(['wipefs', '--all', '--force', path]);
  },
};

async function holders(disk: string, context: ActionContext): Promise<{ path: string; type: string }[]> {
  const result = await context.exec(['lsblk', '--noheadings', '--raw', '--output', 'PATH,TYPE', disk], { quiet: true });
  return result.stdout.trim().split('\n').map((line) => line.split(' ')).map(([path, type]) => ({ path: path ?? '', type: type ?? '' }));
}

/** The sgdisk(8) call that writes the whole table. */
export function sgdiskArguments(disk: string, diskUuid: string, partitions: readonly PartitionSpec[]): string[] {
  return ['sgdisk', '--clear', '--set-alignment=2048', `--disk-guid=${diskUuid}`,
    ...partitions.flatMap((part) => [`--new=${part.number}:${part.startMiB}M:${part.sizeMiB === null ? '0' : `+${part.sizeMiB}M`}`, `--typecode=${part.number}:${part.typeCode}`, `--change-name=${part.number}:${part.label}`, `--partition-guid=${part.number}:${part.uuid}`]),
    disk];
}

export const diskPartition: ActionHandler<'disk.partition'> = {
  kind: 'disk.partition',
  commands: ({ params }) => [{ argv: ['sgdisk', '--zap-all', params.disk] }, { argv: sgdiskArguments(params.disk, params.diskUuid, params.partitions) }, { argv: SETTLE }],
  async apply({ params }, context) {
    // A damaged old table makes sgdisk answer 2 to --zap-all although it did its work.
    await context.exec(['sgdisk', '--zap-all', params.disk], { okCodes: [0, 2] });
    await context.exec(sgdiskArguments(params.disk, params.diskUuid, params.partitions));
    await context.exec(['blockdev', '--rereadpt', params.disk], { okCodes: [0, 1] });
    await context.exec(SETTLE, { quiet: true });
    for (const part of params.partitions) await waitFor(`/dev/disk/by-partuuid/${part.uuid}`, context);
  },
};

async function waitFor(path: string, context: ActionContext): Promise<void> {
  for (let round = 0; round < 40; round++) {
    if (await context.files.exists(path)) return;
    await new Promise((resolve) => { setTimeout(resolve, 500); });
  }
  throw new XenwrightError({ code: 'partition-missing', exit: EXIT.action, message: `${path} did not appear after partitioning`, hint: 'the kernel may still use the old table: partprobe, or reboot and --resume' });
}

/** The command that makes one filesystem. */
export function mkfsArguments(params: ActionOf<'filesystem.make'>['params']): string[] {
  if (params.filesystem === 'swap') return ['mkswap', '--force', '--uuid', params.uuid, '--label', params.label, params.device];
  if (params.filesystem === 'vfat') return ['mkfs.vfat', '-F', '32', '-n', params.label.toUpperCase().slice(0, 11), '-i', params.uuid.replace('-', ''), params.device];
  return ['mke2fs', '-q', '-F', '-t', 'ext4', '-b', '4096', '-I', '256', '-O', ['none', ...params.features].join(','), '-U', params.uuid, '-L', params.label, params.device];
}

export const filesystemMake: ActionHandler<'filesystem.make'> = {
  kind: 'filesystem.make',
  commands: ({ params }) => [{ argv: mkfsArguments(params) }],
  async apply({ params }, context) {
    await context.exec(mkfsArguments(params));
  },
};

export const lvmGroup: ActionHandler<'lvm.group'> = {
  kind: 'lvm.group',
  commands: ({ params }) => [{ argv: ['pvcreate', '-ff', '-y', ...params.devices] }, { argv: ['vgcreate', '-y', params.group, ...params.devices] }],
  async apply({ params }, context) {
    const existing = await context.exec(['vgs', '--noheadings', '-o', 'vg_name', params.group], { okCodes: [0, 5], quiet: true });
    if (existing.exitCode === 0) return;
    await context.exec(['pvcreate', '-ff', '-y', ...params.devices]);
    await context.exec(['vgcreate', '-y', params.group, ...params.devices]);
  },
};

export const lvmVolume: ActionHandler<'lvm.volume'> = {
  kind: 'lvm.volume',
  commands: ({ params }) => [{ argv: ['lvcreate', '-y', '-W', 'y', '-Z', 'y', '-L', `${params.sizeMiB}m`, '-n', params.name, params.group] }],
  async apply({ params }, context) {
    const existing = await context.exec(['lvs', '--noheadings', '--units', 'm', '--nosuffix', '-o', 'lv_size', `${params.group}/${params.name}`], { okCodes: [0, 5], quiet: true });
    if (existing.exitCode === 0) {
      await context.exec(['lvchange', '-ay', `${params.group}/${params.name}`]);
      return;
    }
    await context.exec(['lvcreate', '-y', '-W', 'y', '-Z', 'y', '-L', `${params.sizeMiB}m`, '-n', params.name, params.group]);
  },
};

export const fileAllocate: ActionHandler<'file.allocate'> = {
  kind: 'file.allocate',
  commands: ({ params }) => [{ argv: ['fallocate', '-l', `${params.sizeMiB}MiB`, params.path] }],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      await context.exec(['mkdir', '-p', '-m', '0700', `${root}${params.path.slice(0, params.path.lastIndexOf('/'))}`]);
      await context.exec(['fallocate', '-l', `${params.sizeMiB}MiB`, `${root}${params.path}`]);
    });
  },
};
