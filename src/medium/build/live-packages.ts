/**
 * What the live system of the boot medium has, beyond the common stage. Recommended packages are not installed, so all
 * is named. Pure.
 */

/**
 * What the installer runs here: partitions, filesystems, LVM, RAID, boot loaders (for the medium itself too), building
 * bases.
 */
const INSTALLER = [
  'linux-image-amd64',
  'initramfs-tools',
  'busybox',
  'lvm2',
  'gdisk',
  'fdisk',
  'parted',
  'kpartx',
  'dosfstools',
  'e2fsprogs',
  'mdadm',
  'util-linux',
  'mount',
  'udev',
  'grub-common',
  'grub2-common',
  'grub-pc-bin',
  'grub-efi-amd64-bin',
  'efibootmgr',
  'kexec-tools',
  'mmdebstrap',
  'debian-archive-keyring',
  'gpgv',
  'arch-test',
  'zstd',
  'xz-utils',
  'openssl',
  'whois',
  'ca-certificates',
];
/** What a person and a profile from the network want: keyboards, names, NFS, SSH both ways, a tired disc. */
const AROUND = [
  'login',
  'libpam-systemd',
  'console-setup',
  'keyboard-configuration',
  'kbd',
  'iproute2',
  'dhcpcd-base',
  'nfs-common',
  'openssh-client',
  'openssh-server',
  'gddrescue',
  'isomd5sum',
  'pciutils',
  'eject',
];
/** Node.js itself needs these. */
const RUNTIME = ['libatomic1', 'libstdc++6'];
/** Large together, and of use on some machines only. */
const FIRMWARE = [
  'amd64-microcode',
  'intel-microcode',
  'firmware-linux',
  'firmware-bnx2',
  'firmware-bnx2x',
  'firmware-realtek',
  'firmware-qlogic',
  'firmware-netronome',
  'firmware-cavium',
  'firmware-myricom',
  'firmware-intel-misc',
  'firmware-mediatek',
];

/** Sorted. */
export function livePackages(hasFirmware: boolean): string[] {
  return [...INSTALLER, ...AROUND, ...RUNTIME, ...(hasFirmware ? FIRMWARE : [])].sort();
}
