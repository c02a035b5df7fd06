/** A partition: its table makes it. */
import type { DeviceNode } from '../graph.ts';
import { sizeState } from './device-size.ts';
import type { DeviceType } from './device-type.ts';
import { partitionPath } from './gpt.ts';

export interface PartitionNode extends DeviceNode {
  readonly type: 'partition';
  readonly number: number;
  readonly label: string;
}

export const partition: DeviceType<PartitionNode> = {
  type: 'partition',
  inspected: 'kept',
  holdsMiB: ([sizeMiB = 0]) => sizeMiB,
  needsMiB: (contentMiB) => contentMiB,
  path: ({ uuid }) => partitionPath(uuid ?? ''),
  inspect: ({ uuid }) => [
    { argv: ['blockdev', '--getsize64', partitionPath(uuid ?? '')], okCodes: [0, 1], quiet: true },
  ],
  state: ({ label, sizeMiB }, _under, [answer]) => sizeState(label, sizeMiB, answer),
  making: null,
  open: () => [],
};
