/** The commands that make the hybrid ISO: both GRUBs, the EFI partition, xorriso. Pure. */
import { MEDIUM_LABEL } from '../../facts/medium-label.ts';

/** Of the BIOS's own: enough to find the medium and to read the menu; everything else is a module on the medium. */
const BIOS_MODULES = [
  'biosdisk',
  'part_gpt',
  'part_msdos',
  'iso9660',
  'fat',
  'search',
  'search_fs_file',
  'configfile',
  'normal',
  'linux',
  'echo',
  'test',
  'serial',
  'terminal',
  'chain',
  'minicmd',
  'boot',
  'halt',
  'reboot',
];
const EFI_MODULES = [
  'part_gpt',
  'part_msdos',
  'iso9660',
  'fat',
  'search',
  'search_fs_file',
  'configfile',
  'normal',
  'linux',
  'echo',
  'test',
  'serial',
  'terminal',
  'chain',
  'minicmd',
  'boot',
  'halt',
  'reboot',
  'efi_gop',
  'efi_uga',
  'all_video',
  'gfxterm',
];
/** Fixed: the volume id of a FAT is otherwise the time of day. */
const ESP_SERIAL = '58454e57';
const ESP_MIB = 4;
const ESP_TYPE = 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B';

/** In the tree: `folder` is where it sees the work folder, with early.cfg in it. */
export function biosImageArguments(folder: string): string[] {
  return [
    'grub-mkimage',
    '--format=i386-pc-eltorito',
    `--config=${folder}/early.cfg`,
    '--prefix=/boot/grub',
    `--output=${folder}/bios.img`,
    ...BIOS_MODULES,
  ];
}
export function efiImageArguments(folder: string): string[] {
  return [
    'grub-mkimage',
    '--format=x86_64-efi',
    `--config=${folder}/early.cfg`,
    '--prefix=/boot/grub',
    `--output=${folder}/bootx64.efi`,
    ...EFI_MODULES,
  ];
}

/** The EFI partition as a FAT with the loader at its default path. */
export function espCommands(folder: string): string[][] {
  const image = `${folder}/efi.img`;
  return [
    ['truncate', `--size=${ESP_MIB}M`, image],
    ['mformat', '-i', image, '-N', ESP_SERIAL, '-v', 'XENWRIGHTEF', '::'],
    ['mmd', '-i', image, '::/EFI', '::/EFI/BOOT'],
    ['mcopy', '-m', '-i', image, `${folder}/bootx64.efi`, '::/EFI/BOOT/BOOTX64.EFI'],
  ];
}

/**
 * One image for discs and USB drives, for BIOS and UEFI: El Torito twice, a boot sector, and the EFI partition behind
 * the filesystem.
 */
export function xorrisoArguments(content: string, work: string, hybridSector: string, output: string): string[] {
  return [
    'xorriso',
    '-as',
    'mkisofs',
    '-quiet',
    '-o',
    output,
    '-V',
    MEDIUM_LABEL,
    '-r',
    '-J',
    '-joliet-long',
    '-iso-level',
    '3',
    '--grub2-mbr',
    hybridSector,
    '--mbr-force-bootable',
    '-partition_offset',
    '16',
    '-appended_part_as_gpt',
    '-append_partition',
    '2',
    ESP_TYPE,
    `${work}/efi.img`,
    '-b',
    'boot/grub/bios.img',
    '-no-emul-boot',
    '-boot-load-size',
    '4',
    '-boot-info-table',
    '--grub2-boot-info',
    '-eltorito-alt-boot',
    '-e',
    '--interval:appended_partition_2:::',
    '-no-emul-boot',
    content,
  ];
}

/**
 * Files in the order of the tree, times of one moment, nothing that differs from build to build. lz4 is a sixth larger
 * than zstd, and unpacked several times as fast: the start is bound by that. In small blocks, since a block is unpacked
 * whole for any part of it.
 */
export function squashfsArguments(tree: string, output: string): string[] {
  return [
    'mksquashfs',
    tree,
    output,
    '-noappend',
    '-no-progress',
    '-quiet',
    '-reproducible',
    '-xattrs',
    '-comp',
    'lz4',
    '-Xhc',
    '-b',
    '128K',
  ];
}
