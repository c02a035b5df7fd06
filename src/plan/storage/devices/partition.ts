/** A partition: its table makes it. */
import { deviceFault } from './device-fault.ts';
import type { DeviceNode } from '../graph.ts';
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
  state: ({ sizeMiB, label }, _under, [answer]) => {
    if (answer?.exitCode !== 0) return 'absent';
    const hasMiB = Math.floor(Number(answer.stdout) / 1_048_576);
    return hasMiB === sizeMiB
      ? 'ours'
      : deviceFault('device-differs.size', { device: label, has: hasMiB, wanted: sizeMiB });
  },
  making: null,
  open: () => [],
};
