/** A disk of the machine: it is there, and what is on it was released before anything is made on it. */
import { deviceFault } from './device-fault.ts';
import type { DiskNode } from '../graph.ts';
import type { DeviceType } from './device-type.ts';

export const disk: DeviceType<DiskNode> = {
  type: 'disk',
  inspected: 'kept',
  holdsMiB: ([sizeMiB = 0]) => sizeMiB,
  needsMiB: (contentMiB) => contentMiB,
  path: ({ path }) => path,
  inspect: ({ path }) => [{ argv: ['blockdev', '--getsize64', path], okCodes: [0, 1], quiet: true }],
  state: ({ sizeMiB, path }, _under, [answer]) => {
    const hasMiB = Math.floor(Number(answer?.stdout) / 1_048_576);
    if (answer?.exitCode !== 0) return 'absent';
    return hasMiB === sizeMiB
      ? 'ours'
      : deviceFault('device-differs.size', { device: path, has: hasMiB, wanted: sizeMiB });
  },
  making: null,
  open: () => [],
};
