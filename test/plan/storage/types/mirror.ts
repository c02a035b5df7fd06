/** A type of device for tests alone: what stands on it is on two disks. */
import { deviceFault } from '../../../../src/plan/storage/devices/device-fault.ts';
import type { DeviceType } from '../../../../src/plan/storage/devices/device-type.ts';
import type { DeviceNode } from '../../../../src/plan/storage/graph.ts';

export interface MirrorNode extends DeviceNode {
  readonly type: 'test-mirror';
  readonly name: string;
}

export const mirror: DeviceType<MirrorNode> = {
  type: 'test-mirror',
  word: 'mirror',
  inspected: 'before',
  holdsMiB: (belowMiB) => Math.min(...belowMiB) - 1,
  needsMiB: (contentMiB) => contentMiB + 1,
  path: ({ name }) => `/dev/mirror/${name}`,
  inspect: ({ name }) => [{ argv: ['mirrorctl', 'show', name], okCodes: [0, 1] }],
  state: ({ name }, under, [answer]) => {
    if (answer?.exitCode !== 0) return 'absent';
    return answer.stdout.trim() === under.map(({ path }) => path).join(' ')
      ? 'ours'
      : deviceFault('device-differs.uuid', { device: name, has: answer.stdout, wanted: name });
  },
  making: {
    weight: 2,
    timeoutMs: 60_000,
    title: ({ name }) => ({ id: 'group', values: { group: name } }),
    steps: ({ name }, under) => [{ argv: ['mirrorctl', 'create', name, ...under.map(({ path }) => path)] }],
  },
  open: ({ name }) => [{ argv: ['mirrorctl', 'start', name] }],
  adds: () => ({ packages: ['mirror-tools'] }),
};
