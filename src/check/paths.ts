/** Paths in an installed system: which can be a file's, and which last. Pure. */

/** What Linux takes for one part of a path, and for all of it, in bytes (NAME_MAX, PATH_MAX). */
const LONGEST_PART_BYTES = 255;
const LONGEST_BYTES = 4095;
/** What every Debian has as a folder, or as a link to one: a file cannot take its place. */
const FOLDERS = new Set(
  [
    '/ /bin /boot /boot/efi /boot/grub /dev /etc /home /lib /lib64 /media /mnt /opt /proc /root /run /sbin /srv /sys /tmp',
    '/etc/apt /etc/apt/apt.conf.d /etc/apt/keyrings /etc/apt/preferences.d /etc/apt/sources.list.d /etc/cron.d',
    '/etc/cron.daily /etc/default /etc/default/grub.d /etc/grub.d /etc/init.d /etc/issue.d /etc/kernel /etc/modprobe.d',
    '/etc/modules-load.d /etc/network /etc/pam.d /etc/profile.d /etc/security /etc/skel /etc/ssh /etc/ssh/sshd_config.d',
    '/etc/ssl /etc/ssl/certs /etc/sudoers.d /etc/sysctl.d /etc/systemd /etc/systemd/network /etc/systemd/system',
    '/etc/tmpfiles.d /etc/udev /etc/udev/rules.d /etc/xen /etc/xenwright /usr /usr/bin /usr/lib /usr/lib/systemd',
    '/usr/local /usr/local/bin /usr/local/lib /usr/local/sbin /usr/sbin /usr/share /var /var/backups /var/cache /var/lib',
    '/var/lib/dpkg /var/lib/systemd /var/lib/xenwright /var/local /var/lock /var/log /var/mail /var/run /var/spool',
    '/var/tmp',
    // And what every host and guest of ours has.
    '/etc/initramfs-tools /etc/kernel/postinst.d /etc/kernel/postrm.d /etc/lvm /etc/sysusers.d /etc/systemd/system.conf.d',
    '/etc/systemd/system/systemd-networkd-wait-online.service.d /etc/systemd/system/xen.service.d',
    '/etc/systemd/timesyncd.conf.d /etc/xen/auto /etc/xenwright/domus /etc/xenwright/first-boot.d',
    '/etc/xenwright/health.d /usr/lib/xenwright /usr/lib/xenwright/xenwright_host',
  ].flatMap((line) => line.split(' ')),
);

/** What every host has as a file, or gets as one: nothing lies below it. */
const BELOW_FILE =
  /^\/etc\/(bash\.bashrc|crontab|environment|fstab|group|gshadow|hostname|hosts|issue|localtime|machine-id|motd|os-release|passwd|profile|resolv\.conf|services|shadow|timezone)\//;

/** An absolute path without detours that Linux takes, and that is not a folder's on every Debian, nor below a file. */
export function isFilePath(path: string): boolean {
  return (
    path.startsWith('/') &&
    !/\/$|\p{Cc}|\/\/|(^|\/)\.{1,2}(\/|$)/u.test(path) &&
    !FOLDERS.has(path) &&
    !BELOW_FILE.test(path) &&
    isShortEnough(path)
  );
}

/** For Linux, which counts bytes. */
export function isShortEnough(path: string): boolean {
  return (
    Buffer.byteLength(path) <= LONGEST_BYTES &&
    path.split('/').every((part) => Buffer.byteLength(part) <= LONGEST_PART_BYTES)
  );
}

/** Below a folder that the kernel fills, or that is emptied at each start (tmpfiles.d of systemd). */
export function isGoneAtBoot(path: string): boolean {
  return /^\/(proc|sys|dev|run|tmp|var\/run|var\/lock)\//.test(path);
}
