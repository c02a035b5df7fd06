/** ext4 features by the release that will mount the filesystem: never more than its tools and boot loader know. */
const COMMON = [
  'has_journal',
  'ext_attr',
  'resize_inode',
  'dir_index',
  'filetype',
  'extent',
  '64bit',
  'flex_bg',
  'sparse_super',
  'large_file',
  'huge_file',
  'dir_nlink',
  'extra_isize',
  'metadata_csum',
];

/** Features for a root or data filesystem. bookworm's fsck and GRUB do not know metadata_csum_seed and orphan_file. */
export function extFeatures(release: string): readonly string[] {
  return release === 'bookworm' ? COMMON : [...COMMON, 'metadata_csum_seed', 'orphan_file'];
}

/** Features for /boot: what every GRUB reads and writes. */
export function bootFeatures(): readonly string[] {
  return COMMON.filter((feature) => feature !== 'metadata_csum' && feature !== '64bit');
}
