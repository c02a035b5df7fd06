/** A logical volume of LVM. */
import grow from '../../../../assets/build/grow-volume.sh' with { type: 'text' };
import { deviceFault } from './device-fault.ts';
import { pathBelow, type DeviceNode, type Under } from '../graph.ts';
import type { DeviceType } from './device-type.ts';
import { mapped } from './lvm-names.ts';

export interface LvmVolumeNode extends DeviceNode {
  readonly type: 'lvm-volume';
  readonly name: string;
}

const NOT_FOUND = 5;

export const lvmVolume: DeviceType<LvmVolumeNode> = {
  type: 'lvm-volume',
  inspected: 'before',
  holdsMiB: ([sizeMiB = 0]) => sizeMiB,
  needsMiB: (contentMiB) => contentMiB,
  path: ({ name }, under) => `/dev/${groupOf(under)}/${name}`,
  inspect: ({ name }, under) => [
    {
      argv: ['lvs', '--noheadings', '--units', 'm', '--nosuffix', '-o', 'lv_size', `${groupOf(under)}/${name}`],
      okCodes: [0, NOT_FOUND],
      quiet: true,
    },
  ],
  state: ({ name, sizeMiB }, under, [answer]) => {
    if (answer?.exitCode !== 0) return 'absent';
    const has = answer.stdout.trim();
    return Math.round(Number(has)) === sizeMiB
      ? 'ours'
      : deviceFault('volume-differs', { volume: `${groupOf(under)}/${name}`, has, wanted: sizeMiB });
  },
  making: {
    weight: 2,
    timeoutMs: 5 * 60_000,
    title: ({ name, sizeMiB }) => ({ id: 'volume', values: { name, size: sizeMiB } }),
    steps: ({ name, sizeMiB }, under) => [
      { argv: ['lvcreate', '-y', '-W', 'y', '-Z', 'y', '-L', `${sizeMiB}m`, '-n', name, groupOf(under)] },
    ],
  },
  growing: {
    steps: ({ name, sizeMiB }, under, zeros) => [
      { argv: ['sh', '-e', '-c', grow, 'sh', groupOf(under), name, String(sizeMiB), zeros ? 'zeros' : 'as-is'] },
    ],
    shown: ({ name, sizeMiB }, under) => [['lvextend', '-L', `${sizeMiB}m`, `${groupOf(under)}/${name}`]],
  },
  remove: ({ name }, under) => [{ argv: ['lvremove', '-y', `${groupOf(under)}/${name}`] }],
  snapshots: {
    ask: (_node, under) => ['lvs', '--noheadings', '-o', 'lv_name,origin', groupOf(under)],
    names: (answer, { name }) =>
      answer.split('\n').flatMap((line) => {
        const [snapshot, origin] = line.trim().split(/\s+/);
        return origin === name && snapshot !== undefined ? [snapshot] : [];
      }),
  },
  open: ({ name }, under) => [{ argv: ['lvchange', '-ay', `${groupOf(under)}/${name}`] }],
  // The mapper's name: the initrd knows by it what to activate.
  adds: ({ name, opener }, under) =>
    opener === 'initrd'
      ? { kernelArguments: [`root=/dev/mapper/${mapped(groupOf(under))}-${mapped(name)}`], grubAbstraction: 'lvm' }
      : {},
};

function groupOf(under: readonly Under[]): string {
  return pathBelow(under).replace('/dev/', '');
}
