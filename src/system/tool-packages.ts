/** Which Debian package brings a tool, for the hint when it is missing. */
const PACKAGES: Readonly<Record<string, string>> = {
  mmdebstrap: 'mmdebstrap', 'qemu-system-x86_64': 'qemu-system-x86', 'qemu-img': 'qemu-utils', openssl: 'openssl', mkpasswd: 'whois', zstd: 'zstd', curl: 'curl',
  sgdisk: 'gdisk', sfdisk: 'fdisk', partprobe: 'parted', partx: 'util-linux', wipefs: 'util-linux', blkid: 'util-linux', lsblk: 'util-linux', blkdiscard: 'util-linux',
  pvcreate: 'lvm2', vgcreate: 'lvm2', vgchange: 'lvm2', vgs: 'lvm2', pvs: 'lvm2', lvs: 'lvm2', lvcreate: 'lvm2', lvchange: 'lvm2', mdadm: 'mdadm', cryptsetup: 'cryptsetup-bin',
  'mkfs.vfat': 'dosfstools', mke2fs: 'e2fsprogs', tune2fs: 'e2fsprogs', resize2fs: 'e2fsprogs', e2fsck: 'e2fsprogs', e2label: 'e2fsprogs', dumpe2fs: 'e2fsprogs', debugfs: 'e2fsprogs',
  mcopy: 'mtools', mmd: 'mtools', 'grub-install': 'grub2-common', 'grub-mkimage': 'grub-common', 'ssh-keygen': 'openssh-client', udevadm: 'udev', xorriso: 'xorriso', 'mount.nfs': 'nfs-common', xz: 'xz-utils', mksquashfs: 'squashfs-tools',
};

/** A hint that says how to get the tool. */
export function packageOf(file: string): string {
  const tool = file.split('/').at(-1) ?? file;
  const named = PACKAGES[tool];
  return named === undefined ? `install the package that has ${tool}` : `apt-get install ${named}`;
}
