/** A type of device for tests alone: it is opened with a secret, which the initrd asks for. */
import { textFile } from '../../../../src/plan/trees/content.ts';
import type { SecretRef } from '../../../../src/plan/action.ts';
import type { DeviceType, Step } from '../../../../src/plan/storage/devices/device-type.ts';
import type { DeviceNode, Under } from '../../../../src/plan/storage/graph.ts';

export interface SealedNode extends DeviceNode {
  readonly type: 'test-sealed';
  readonly name: string;
  readonly key: SecretRef;
}

const seal = (verb: string, { key, name }: SealedNode, [below]: readonly Under[]): Step => ({
  argv: ['seal', verb, below?.path ?? '', name],
  input: key,
});

export const sealed: DeviceType<SealedNode> = {
  type: 'test-sealed',
  inspected: 'kept',
  holdsMiB: ([sizeMiB = 0]) => sizeMiB - 16,
  needsMiB: (contentMiB) => contentMiB + 16,
  path: ({ name }) => `/dev/mapper/${name}`,
  inspect: ({ name }) => [{ argv: ['seal', 'status', name], okCodes: [0, 1] }],
  state: (_node, _under, [answer]) => (answer?.exitCode === 0 ? 'ours' : 'absent'),
  making: {
    weight: 5,
    timeoutMs: 60_000,
    title: ({ name }) => ({ id: 'group', values: { group: name } }),
    steps: (node, under) => [seal('format', node, under), seal('open', node, under)],
  },
  open: (node, under) => [seal('open', node, under)],
  adds: ({ name, opener }, [below]) => ({
    packages: ['seal-initramfs'],
    files: [textFile('/etc/sealtab', `${name} ${below?.path} ${opener}`)],
    kernelArguments: opener === 'initrd' ? [`seal=${name}`] : [],
  }),
};
