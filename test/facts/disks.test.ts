/** Which disks are known to zero their blocks themselves, at once. */
import { expect, test } from 'vitest';
import { probeDisks } from '../../src/facts/disks.ts';
import type { DiskProbePort } from '../../src/facts/probe-port.ts';

async function zeroesItself(
  node: object & { readonly name: string },
  most: string | null,
): Promise<boolean | undefined> {
  const whole = {
    type: 'disk',
    size: 8_589_934_592,
    path: `/dev/${node.name}`,
    mountpoints: [],
    rm: false,
    ro: false,
    rota: false,
    children: [],
    ...node,
  };
  const port: DiskProbePort = {
    device: async () => null,
    claim: async () => 'unknown',
    mountTables: async () => [],
    openFiles: async () => [],
    read: async (path) => (path === `/sys/class/block/${node.name}/queue/write_zeroes_max_bytes` ? most : null),
    readHex: async () => null,
    list: async () => [],
    link: async () => null,
    run: async ([tool]) => (tool === 'lsblk' ? JSON.stringify({ blockdevices: [whole] }) : null),
  };
  return (await probeDisks(port)).disks[0]?.zeroesItself;
}

test.each([
  ['an NVMe disk that takes "write zeroes"', { name: 'nvme0n1', tran: 'nvme' }, '131072\n', true],
  ['an NVMe disk that does not', { name: 'nvme0n1', tran: 'nvme' }, '0\n', undefined],
  [
    'a virtual disk that takes it, though it says that it turns',
    { name: 'vda', tran: 'virtio', rota: true, subsystems: 'block:virtio:pci' },
    '2147483136\n',
    true,
  ],
  [
    'a turning disk that takes it writes every zero all the same',
    { name: 'sda', tran: 'sas', rota: true },
    '33553920\n',
    undefined,
  ],
  ['an SSD behind SATA or SAS may do the same', { name: 'sda', tran: 'sata' }, '33553920\n', undefined],
  ['a kernel that does not say', { name: 'nvme0n1', tran: 'nvme' }, null, undefined],
] as const)('%s', async (_what, node, most, expected) => {
  expect(await zeroesItself(node, most)).toBe(expected);
});
