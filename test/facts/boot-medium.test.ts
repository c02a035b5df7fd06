import { describe, expect, it } from 'vitest';
import { probeDisks } from '../../src/facts/disks.ts';
import type { DiskProbePort } from '../../src/facts/probe-port.ts';

interface Node {
  readonly name: string;
  readonly type: string;
  readonly fstype?: string;
  readonly label?: string;
  readonly mountpoints?: readonly string[];
  readonly children?: readonly Node[];
  readonly subsystems?: string;
  readonly rm?: boolean;
}

async function mediumOf(disk: Node): Promise<boolean | undefined> {
  const whole = (node: Node): unknown => ({
    size: 8_589_934_592,
    path: `/dev/${node.type === 'lvm' ? 'mapper/' : ''}${node.name}`,
    mountpoints: [],
    rm: false,
    ro: false,
    rota: false,
    subsystems: 'block:scsi:pci',
    ...node,
    children: node.children?.map(whole) ?? [],
  });
  const port: DiskProbePort = {
    read: async () => null,
    readHex: async () => null,
    list: async () => [],
    link: async () => null,
    device: async () => null,
    claim: async () => 'unknown',
    mountTables: async () => [],
    openFiles: async () => [],
    run: async ([tool]) => (tool === 'lsblk' ? JSON.stringify({ blockdevices: [whole(disk)] }) : null),
  };
  return (await probeDisks(port)).disks[0]?.bootMedium;
}
const iso = { fstype: 'iso9660', label: 'XENWRIGHT' };

describe('the boot medium among the disks', () => {
  it('is a stick written with the image, seen whole or by its partition, mounted or not', async () => {
    expect(
      await mediumOf({ name: 'sda', type: 'disk', ...iso, children: [{ name: 'sda1', type: 'part', ...iso }] }),
    ).toBe(true);
    expect(
      await mediumOf({
        name: 'sda',
        type: 'disk',
        subsystems: 'block:scsi:usb:pci',
        children: [{ name: 'sda1', type: 'part', fstype: 'vfat', label: 'XENWRIGHT' }],
      }),
    ).toBe(true);
    expect(
      await mediumOf({ name: 'sda', type: 'disk', fstype: 'iso9660', mountpoints: ['/run/xenwright/medium'] }),
    ).toBe(true);
  });
  it("is not an installed host's disk with the copy of a medium on a volume or a partition", async () => {
    expect(
      await mediumOf({
        name: 'sda',
        type: 'disk',
        children: [
          {
            name: 'sda1',
            type: 'part',
            fstype: 'LVM2_member',
            children: [{ name: 'vg0-medium', type: 'lvm', ...iso }],
          },
        ],
      }),
    ).toBe(false);
    expect(await mediumOf({ name: 'sda', type: 'disk', children: [{ name: 'sda5', type: 'part', ...iso }] })).toBe(
      false,
    );
  });
});
