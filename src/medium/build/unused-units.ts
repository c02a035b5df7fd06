/**
 * What systemd would start in the live system and nobody needs there: masked, since every unit delays the first screen.
 * Pure.
 */

/**
 * Cared for by the installed host, or by nobody: logs, updates and checks of a system that is gone with the next
 * restart.
 */
const UNITS = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'grub-common.service',
  'lvm2-monitor.service',
  'mdcheck_continue.timer',
  'mdcheck_start.timer',
  'mdmonitor-oneshot.timer',
  'mdmonitor.service',
  // NFS is mounted without locks; name servers are in resolv.conf, which the session writes.
  'nfs-blkmap.service',
  'rpcbind.service',
  'rpcbind.socket',
  'systemd-resolved.service',
  'systemd-journal-flush.service',
  'systemd-pstore.service',
];
const GENERATORS = [
  'systemd-gpt-auto-generator',
  'systemd-hibernate-resume-generator',
  'systemd-rc-local-generator',
  'systemd-ssh-generator',
  'systemd-system-update-generator',
  'systemd-sysv-generator',
  'systemd-tpm2-generator',
];

/** Paths of links to /dev/null. */
export const UNUSED_UNITS: readonly string[] = [
  ...UNITS.map((name) => `/etc/systemd/system/${name}`),
  ...GENERATORS.map((name) => `/etc/systemd/system-generators/${name}`),
];
