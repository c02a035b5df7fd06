/** Which disks are known to zero their blocks themselves, at once, and which ids are on them. */
import { describe, expect, test } from 'vitest';
import { probeDisks } from '../../src/facts/disks.ts';
import type { DiskProbePort } from '../../src/facts/probe-port.ts';

function portWith(blocks: object, files: Readonly<Record<string, string | null>> = {}): DiskProbePort {
  return {
    device: async () => null,
    claim: async () => 'unknown',
    mountTables: async () => [],
    openFiles: async () => [],
    read: async (path) => files[path] ?? null,
    readHex: async () => null,
    list: async () => [],
    link: async () => null,
    run: async ([tool]) => (tool === 'lsblk' ? JSON.stringify(blocks) : null),
  };
}

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
  const path = `/sys/class/block/${node.name}/queue/write_zeroes_max_bytes`;
  return (await probeDisks(portWith({ blockdevices: [whole] }, { [path]: most }))).disks[0]?.zeroesItself;
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

describe('ids on the devices of a machine', () => {
  const uuid = (last: number): string => `00000000-0000-4000-8000-00000000000${last}`;
  const BLOCKS = {
    blockdevices: [
      {
        ...{
          name: 'sda',
          path: '/dev/sda',
          type: 'disk',
          size: 1_000_000,
          pttype: 'gpt',
          ptuuid: uuid(1).toUpperCase(),
        },
        children: [
          {
            ...{ name: 'sda1', path: '/dev/sda1', type: 'part', pttype: 'gpt', ptuuid: uuid(1), partuuid: uuid(2) },
            ...{ fstype: 'LVM2_member', uuid: 'abc' },
            children: [{ name: 'vg-a', path: '/dev/mapper/vg-a', type: 'lvm', fstype: 'ext4', uuid: uuid(3) }],
          },
        ],
      },
      { name: 'loop0', path: '/dev/loop0', type: 'loop', size: 1, fstype: 'vfat', uuid: 'AB12-CD34' },
      { name: 'sr0', path: '/dev/sr0', type: 'rom', size: 1, fstype: 'iso9660', uuid: '2026-11-30' },
    ],
  };

  test('are those of tables, partitions, filesystems and what stands on them; discs have none that count', async () => {
    const found = await probeDisks(portWith(BLOCKS));
    expect(found.disks[0]?.uuids).toEqual([
      { path: '/dev/sda', uuid: uuid(1) },
      { path: '/dev/sda1', uuid: uuid(2) },
      { path: '/dev/sda1', uuid: 'abc' },
      { path: '/dev/mapper/vg-a', uuid: uuid(3) },
    ]);
    expect(found.otherUuids).toEqual([{ path: '/dev/loop0', uuid: 'ab12-cd34' }]);
  });
});
