/** A disk of the machine: it is there, and what is on it was released before anything is made on it. */
import type { DiskNode } from '../graph.ts';
import { sizeState } from './device-size.ts';
import type { DeviceType } from './device-type.ts';

export const disk: DeviceType<DiskNode> = {
  type: 'disk',
  inspected: 'kept',
  holdsMiB: ([sizeMiB = 0]) => sizeMiB,
  needsMiB: (contentMiB) => contentMiB,
  path: ({ path }) => path,
  inspect: ({ path }) => [{ argv: ['blockdev', '--getsize64', path], okCodes: [0, 1], quiet: true }],
  state: ({ path, sizeMiB }, _under, [answer]) => sizeState(path, sizeMiB, answer),
  making: null,
  open: () => [],
};
