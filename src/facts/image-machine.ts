/** Facts of the stated virtual machine that a disk image is made for (design: "Image machine"). Nothing is probed here. */
import { createHash } from 'node:crypto';
import type { DiskFacts, Facts } from './facts.ts';

export interface ImageMachine {
  readonly disks: readonly { readonly sizeMiB: number }[];
  readonly memoryMiB?: number;
  readonly cpus?: number;
  /** Hex; kept beside the image, so that a reinstall has the same MACs and UUIDs. */
  readonly seed: string;
  readonly aptSources: Facts['aptSources'];
  readonly mountsImages?: boolean;
}

/** The facts that an install into images is planned with. */
export function imageMachine(machine: ImageMachine): Facts {
  return {
    version: 1,
    kind: 'image',
    ...(machine.mountsImages === true ? { mountsImages: true } : {}),
    product: { vendor: 'QEMU', name: 'Xenwright image machine', serial: null, uuid: null },
    seed: machine.seed,
    firmware: { kind: 'both', secureBoot: false },
    cpu: {
      model: 'QEMU qemu64 with nested paging',
      vendor: 'amd',
      count: machine.cpus ?? 2,
      virtualization: 'svm',
      nestedPaging: true,
    },
    memoryMiB: machine.memoryMiB ?? 4096,
    disks: machine.disks.map(({ sizeMiB }, index) => imageDisk(index, sizeMiB)),
    nics: [
      {
        name: 'enp0s3',
        mac: imageMac(machine.seed, 0),
        pci: '0000:00:03.0',
        driver: 'virtio_net',
        carrier: true,
        speedMbit: null,
      },
    ],
    kernel: {
      release: 'appliance',
      deviceMapper: true,
      loopPartitions: true,
      filesystems: ['btrfs', 'ext4', 'iso9660', 'squashfs', 'vfat', 'xfs'],
    },
    media: [],
    firmwareWanted: [],
    aptSources: machine.aptSources,
  };
}

/** The MAC of the n-th NIC of an image's machine; `boot` gives the same one to the emulated card. */
export function imageMac(seed: string, index: number): string {
  const digest = createHash('sha256').update(`${seed}nic${index}`).digest('hex');
  return `52:54:00:${digest.slice(0, 2)}:${digest.slice(2, 4)}:${digest.slice(4, 6)}`;
}

function imageDisk(index: number, sizeMiB: number): DiskFacts {
  const serial = `xw-disk${index}`;
  return {
    path: `/dev/vd${letters(index)}`,
    byId: `/dev/disk/by-id/virtio-${serial}`,
    serial,
    wwn: null,
    model: null,
    vendor: null,
    sizeMiB,
    logicalSectorBytes: 512,
    physicalSectorBytes: 512,
    transport: 'virtio',
    removable: false,
    rotational: false,
    readOnly: false,
    usedBy: [],
    holds: [],
    bootMedium: false,
    installMarker: null,
  };
}

/** a … z, aa, ab …: how the kernel counts disks. */
function letters(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letters(Math.floor(index / 26) - 1) + last;
}
