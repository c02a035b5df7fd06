/**
 * What every Debian domain has: a system that boots, answers on the network and can be mended. What older releases have
 * without being asked (mount, passwd, …) is named too: forky has not.
 */
export const COMMON_PACKAGES: readonly string[] = [
  'adduser',
  'bsdutils',
  'ca-certificates',
  'dbus',
  'e2fsprogs',
  'initramfs-tools',
  'iproute2',
  'iputils-ping',
  'kmod',
  'less',
  'locales',
  'login',
  'mount',
  'netbase',
  'openssh-server',
  'passwd',
  'procps',
  'systemd-sysv',
  'systemd-resolved',
  'systemd-timesyncd',
  'tzdata',
  'udev',
  'vim-tiny',
  'zstd',
];
