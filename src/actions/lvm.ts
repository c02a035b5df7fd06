/**
 * LVM: the volume group on its partitions, and logical volumes in it. Asks first what is there: a resumed run finds its
 * own.
 */
import { EXIT, failure } from '../errors.ts';
import type { ActionHandler } from './kind.ts';

const NOT_FOUND = 5;

const pvcreate = (devices: readonly string[]): string[] => ['pvcreate', '-ff', '-y', ...devices];
const vgcreate = (group: string, devices: readonly string[]): string[] => ['vgcreate', '-y', group, ...devices];
const lvcreate = (group: string, name: string, sizeMiB: number): string[] => [
  'lvcreate',
  '-y',
  '-W',
  'y',
  '-Z',
  'y',
  '-L',
  `${sizeMiB}m`,
  '-n',
  name,
  group,
];

export const lvmGroup: ActionHandler<'lvm.group'> = {
  kind: 'lvm.group',
  commands: ({ params }) => [{ argv: pvcreate(params.devices) }, { argv: vgcreate(params.group, params.devices) }],
  async apply({ params: { group, devices } }, context) {
    const owners = await Promise.all(
      devices.map(async (device) =>
        (
          await context.exec(['pvs', '--noheadings', '-o', 'vg_name', device], { okCodes: [0, NOT_FOUND], quiet: true })
        ).stdout.trim(),
      ),
    );
    if (owners.every((owner) => owner === group)) {
      await context.exec(['vgchange', '-ay', group]);
      return;
    }
    const other = await context.exec(['vgs', '--noheadings', '-o', 'pv_name', group], {
      okCodes: [0, NOT_FOUND],
      quiet: true,
    });
    if (other.exitCode === 0)
      throw failure('group-exists', EXIT.refused, { group, devices: other.stdout.trim().replaceAll(/\s+/g, ', ') });
    await context.exec(pvcreate(devices));
    await context.exec(vgcreate(group, devices));
  },
};

export const lvmVolume: ActionHandler<'lvm.volume'> = {
  kind: 'lvm.volume',
  commands: ({ params }) => [{ argv: lvcreate(params.group, params.name, params.sizeMiB) }],
  async apply({ params: { group, name, sizeMiB } }, context) {
    const existing = await context.exec(
      ['lvs', '--noheadings', '--units', 'm', '--nosuffix', '-o', 'lv_size', `${group}/${name}`],
      { okCodes: [0, NOT_FOUND], quiet: true },
    );
    if (existing.exitCode === 0 && Math.round(Number(existing.stdout.trim())) === sizeMiB) {
      await context.exec(['lvchange', '-ay', `${group}/${name}`]);
      return;
    }
    if (existing.exitCode === 0)
      throw failure('volume-differs', EXIT.refused, {
        volume: `${group}/${name}`,
        has: existing.stdout.trim(),
        wanted: sizeMiB,
      });
    await context.exec(lvcreate(group, name, sizeMiB));
  },
};
