/** How LVM names things, lvm(8) "VALID NAMES", and how its devices are called. Pure. */

/** A name may not start with a hyphen nor be a dot. */
const GROUP_NAME = /^[A-Za-z0-9_+.][A-Za-z0-9_+.-]{0,126}$/;
/** A volume group's folder is /dev/NAME, and vgcreate(8) refuses what else is there already. */
const TAKEN_GROUPS = new RegExp(
  `^(${[
    String.raw`\.{1,2}`,
    // Folders.
    'block|bsg|bus|by-name|char|cpu|crypto|disk|dma_heap|dri|drbd|fd|hugepages|infiniband|input|lightnvm|mapper|mqueue',
    'net|pts|raw|rbd|serial|shm|snd|usb|v4l|vfio|xen|zvol',
    // Disks, drives and what stands on them.
    String.raw`[hsv]d[a-z]+\d*|xvd[a-z]+\d*|nvme\w*|ng\d\w*|mmcblk\w*|md\d*|dm-\d+|loop\d*|loop-control|[nd]bd\d\w*`,
    String.raw`rbd\d*|drbd\d*|zd\d+|zram\d+|ram\d+|bcache\d*|sr\d+|sg\d+|st\d+|nst\d+|cdrom|cdrw|dvd|dvdrw|mtd\w*`,
    // What every kernel has.
    String.raw`tty\w*|vcs\w*|vga_arbiter|null|zero|random|urandom|kmsg|mem|console|core|full|port|ptmx|ppp|log|initctl`,
    String.raw`stdin|stdout|stderr|autofs|btrfs-control|cuse|fuse|hpet|hvc\d+|hwrng|kvm|mcelog|nvram|rfkill|rtc\d*`,
    String.raw`snapshot|uhid|uinput|userfaultfd|userio|udmabuf|vhci|vhost-\w+|watchdog\d*|zfs|ecryptfs|cpu_dma_latency`,
    String.raw`fb\d+|hidraw\d+|i2c-\d+|gpiochip\d+|ipmi\d+|mei\d+|mpt[23]ctl|lp\d+|tpm\d+|tpmrm\d+|ptp\d+|pps\d+|kfd`,
  ].join('|')})$`,
);
/** Words that LVM keeps for volumes of its own. */
const LVM_WORDS =
  /^(snapshot|pvmove)|_(cdata|cmeta|corig|iorig|imeta|mlog|mimage|pmspare|rimage|rmeta|tdata|tmeta|vorigin|vdata|wcorig)/;
/** What the device mapper takes, hyphens doubled. */
const MAPPER_NAME_LIMIT = 127;

/** What is wrong with the name of a group. */
export function groupNameFaults(group: string): ('form' | 'taken')[] {
  return [
    ...(GROUP_NAME.test(group) ? [] : (['form'] as const)),
    ...(TAKEN_GROUPS.test(group) ? (['taken'] as const) : []),
  ];
}

/** What is wrong with the name of a volume in a group; null: nothing. */
export function volumeNameFault(group: string, name: string): 'reserved' | 'long' | null {
  if (LVM_WORDS.test(name)) return 'reserved';
  return mapped(group).length + 1 + mapped(name).length > MAPPER_NAME_LIMIT ? 'long' : null;
}

/** A part of a name under /dev/mapper: the device mapper doubles hyphens. */
export function mapped(name: string): string {
  return name.replaceAll('-', '--');
}
