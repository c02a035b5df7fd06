/** What every Debian domain has: a system that boots, answers on the network and can be mended. */
export const COMMON_PACKAGES: readonly string[] = [
  'ca-certificates', 'dbus', 'e2fsprogs', 'initramfs-tools', 'iproute2', 'iputils-ping', 'kmod', 'less', 'locales', 'netbase', 'openssh-server', 'passwd', 'procps',
  'systemd-sysv', 'systemd-resolved', 'systemd-timesyncd', 'tzdata', 'udev', 'vim-tiny', 'zstd',
];
