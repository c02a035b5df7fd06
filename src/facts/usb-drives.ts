/** USB drives and memory cards that a file can be put on. Pure. */
import type { DiskFacts } from './facts.ts';

export interface UsbDrive {
  readonly device: string;
  readonly type: string;
  readonly label: string | null;
  /** Maker, model and size, for people. */
  readonly name: string;
  readonly sizeMiB: number;
}

const WRITABLE = new Set(['vfat', 'exfat', 'ntfs', 'ext2', 'ext3', 'ext4', 'xfs', 'btrfs', 'f2fs']);

/** FAT and its like know no owners: whoever has the USB drive reads what is on it. */
export function isOwnerless(type: string): boolean {
  return ['vfat', 'exfat', 'ntfs'].includes(type);
}

/** Filesystems on removable disks. Never the boot medium: it is what this runs from. */
export function usbDrivesOf(disks: readonly DiskFacts[]): UsbDrive[] {
  return disks
    .filter((disk) => (disk.removable || ['usb', 'mmc'].includes(disk.transport)) && !disk.bootMedium && !disk.readOnly)
    .flatMap((disk) =>
      disk.holds
        .filter(({ type }) => WRITABLE.has(type))
        .map(({ path, type, label }) => ({
          device: path,
          type,
          label,
          name: [disk.vendor, disk.model].filter((word) => word !== null).join(' ') || disk.transport,
          sizeMiB: disk.sizeMiB,
        })),
    );
}
