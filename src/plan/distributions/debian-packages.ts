/** Debian's packages beyond the common base, as few as can be: nothing that is only recommended is installed. */
import type { Distribution, PackagesByRole } from './distribution.ts';

/** Since trixie login(1) is not essential any more: without it nobody gets in at the console. */
const LOGIN = ['login', 'libpam-systemd', 'sudo'];

/** By what they are for. */
export const packages: PackagesByRole = {
  // libatomic1 is what Node.js needs: Xenwright itself runs here later.
  host: [
    ...LOGIN,
    'linux-image-amd64',
    'initramfs-tools',
    'lvm2',
    'e2fsprogs',
    'dosfstools',
    'gdisk',
    'nftables',
    'openssh-server',
    'python3',
    'systemd-timesyncd',
    'systemd-resolved',
    'ca-certificates',
    'grub2-common',
    'libatomic1',
  ],
  // bridge-utils and grub-xen-host are only recommended by Xen's tools; the latter has the PVH GRUB.
  xen: ['xen-system-amd64', 'grub-xen-host', 'bridge-utils'],
  hvm: ['qemu-system-xen', 'seabios', 'ipxe-qemu'],
  bios: ['grub-pc-bin'],
  uefi: ['grub-efi-amd64-bin', 'efibootmgr'],
  mediumServer: ['busybox'],
  // The cloud kernel has all that a guest needs and half the size; grub2-common is for update-grub inside.
  guest: [
    ...LOGIN,
    'linux-image-cloud-amd64',
    'initramfs-tools',
    'grub2-common',
    'xenstore-utils',
    'openssh-server',
    'systemd-timesyncd',
    'systemd-resolved',
    'e2fsprogs',
    'ca-certificates',
  ],
  keyboard: ['console-setup', 'keyboard-configuration', 'kbd'],
  // Node.js itself needs libatomic1 and libstdc++6; it comes in beside the tree, with the program. busybox-static is
  // for the initrd.
  appliance: [
    'linux-image-amd64',
    'busybox-static',
    'lvm2',
    'gdisk',
    'dosfstools',
    'fdisk',
    'mdadm',
    'libatomic1',
    'libstdc++6',
  ],
};

/** What the initrds of its kernels must have. */
export const initrds: Distribution['initrds'] = {
  host: { modules: 'most', list: [] },
  // Xen's disks and network, and the root filesystem.
  guest: { modules: 'list', list: ['xen-blkfront', 'xen-netfront', 'ext4', 'crc32c_generic'] },
  // Loaded at its start, in this order: its disks, the folder of bases, and what nothing loads by itself later.
  appliance: {
    modules: 'list',
    list: [
      'virtio_pci',
      'virtio_blk',
      'virtio_console',
      'crc32c_generic',
      'ext4',
      '9pnet_virtio',
      '9p',
      'dm_mod',
      'loop',
    ],
  },
};
