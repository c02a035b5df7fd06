/**
 * Which package brings a tool: for the hint when one is missing, and for rescue systems, where what is missing can be
 * installed.
 */
import type { Message } from '../../i18n/phrase.ts';

/** In Debian and its relatives; `dnf`: in Fedora and its relatives, where the name differs. */
interface Row {
  readonly apt: string;
  readonly dnf?: string;
}

const ROWS: Readonly<Record<string, Row>> = {
  mmdebstrap: { apt: 'mmdebstrap' },
  'apt-get': { apt: 'apt' },
  gpgv: { apt: 'gpgv', dnf: 'gnupg2' },
  tar: { apt: 'tar' },
  openssl: { apt: 'openssl' },
  mkpasswd: { apt: 'whois', dnf: 'mkpasswd' },
  zstd: { apt: 'zstd' },
  gzip: { apt: 'gzip' },
  strip: { apt: 'binutils' },
  readelf: { apt: 'binutils' },
  curl: { apt: 'curl' },
  '/usr/share/keyrings/debian-archive-keyring.gpg': { apt: 'debian-archive-keyring', dnf: 'debian-keyring' },
  'UEFI firmware': { apt: 'ovmf', dnf: 'edk2-ovmf' },
  certificates: { apt: 'ca-certificates' },
  setpriv: { apt: 'util-linux' },
  ssh: { apt: 'openssh-client', dnf: 'openssh-clients' },
  'qemu-system-x86_64': { apt: 'qemu-system-x86', dnf: 'qemu-system-x86-core' },
  'qemu-img': { apt: 'qemu-utils', dnf: 'qemu-img' },
  sgdisk: { apt: 'gdisk' },
  sfdisk: { apt: 'fdisk', dnf: 'util-linux' },
  partprobe: { apt: 'parted' },
  partx: { apt: 'util-linux' },
  wipefs: { apt: 'util-linux' },
  blkid: { apt: 'util-linux' },
  lsblk: { apt: 'util-linux' },
  blkdiscard: { apt: 'util-linux' },
  unshare: { apt: 'util-linux', dnf: 'util-linux-core' },
  lvm: { apt: 'lvm2' },
  pvcreate: { apt: 'lvm2' },
  vgcreate: { apt: 'lvm2' },
  vgchange: { apt: 'lvm2' },
  vgs: { apt: 'lvm2' },
  pvs: { apt: 'lvm2' },
  lvs: { apt: 'lvm2' },
  lvcreate: { apt: 'lvm2' },
  lvchange: { apt: 'lvm2' },
  mdadm: { apt: 'mdadm' },
  cryptsetup: { apt: 'cryptsetup-bin', dnf: 'cryptsetup' },
  'mkfs.vfat': { apt: 'dosfstools' },
  mke2fs: { apt: 'e2fsprogs' },
  tune2fs: { apt: 'e2fsprogs' },
  resize2fs: { apt: 'e2fsprogs' },
  e2fsck: { apt: 'e2fsprogs' },
  e2label: { apt: 'e2fsprogs' },
  dumpe2fs: { apt: 'e2fsprogs' },
  debugfs: { apt: 'e2fsprogs' },
  mcopy: { apt: 'mtools' },
  mmd: { apt: 'mtools' },
  'grub-install': { apt: 'grub2-common', dnf: 'grub2-tools' },
  'grub-mkimage': { apt: 'grub-common', dnf: 'grub2-tools' },
  'ssh-keygen': { apt: 'openssh-client', dnf: 'openssh' },
  udevadm: { apt: 'udev', dnf: 'systemd-udev' },
  xorriso: { apt: 'xorriso' },
  mount: { apt: 'mount', dnf: 'util-linux' },
  'mount.nfs': { apt: 'nfs-common', dnf: 'nfs-utils' },
  xz: { apt: 'xz-utils', dnf: 'xz' },
  xl: { apt: 'xen-utils-common' },
  'xenstore-ls': { apt: 'xenstore-utils' },
  mksquashfs: { apt: 'squashfs-tools' },
  implantisomd5: { apt: 'isomd5sum' },
};

/** A hint that says how to get the tool. */
export function packageOf(file: string): Message {
  const tool = file.split('/').at(-1) ?? file;
  const named = ROWS[tool];
  return named === undefined
    ? { key: 'errors.command-not-found.package', values: { tool } }
    : `apt-get install ${named.apt}`;
}

/** The package that brings a tool, by the names of this package manager. */
export function packageFor(tool: string, manager: 'apt' | 'dnf'): string {
  const row = ROWS[tool];
  if (row === undefined) throw new Error(`no package is known for ${tool}`);
  return manager === 'dnf' ? (row.dnf ?? row.apt) : row.apt;
}
