/** A disk that somebody uses, as an error: who, and the command that makes each of them let go. Pure. */
import { EXIT, XenwrightError } from '../errors.ts';
import { commandLine } from '../plan/shell-words.ts';

/** Users as the facts name them (`usedBy`). Nothing was written when it is thrown. */
export function diskInUse(disk: string, users: readonly string[]): XenwrightError {
  return new XenwrightError({
    code: 'disk-in-use',
    exit: EXIT.refused,
    message: `${disk} is in use: ${users.join(', ')}`,
    hint: `nothing was written to it; if it may go:  ${[...new Set(users.map((user) => wayOut(user, disk)))].join(';  ')}  and start the same command again; else choose another disk`,
  });
}

type Way = (name: string, disk: string) => string;
/** By the word before the colon. */
const WAYS: Readonly<Record<string, Way>> = {
  swap: (_name, disk) => `swapoff what swapon --show lists of ${disk}`,
  lvm: (name) => commandLine(['fuser', '-vm', `/dev/${name.replace(/ \(open\)$/, '')}`]),
  crypt: (name) => commandLine(['cryptsetup', 'close', name]),
  mpath: (name) => commandLine(['multipath', '-f', name]),
  open: (name) => commandLine(['dmsetup', 'remove', name]),
  zfs: (name) => commandLine(['zpool', 'export', name]),
  btrfs: (name) => `umount what ${commandLine(['findmnt', '--source', `UUID=${name}`])} shows`,
  bcachefs: (name) => `umount what findmnt --types bcachefs shows of ${name}`,
  loop: (name) => commandLine(['losetup', '--detach', `/dev/${name}`]),
  xen: (name) => commandLine(['xl', 'shutdown', '-w', name]),
  process: (name) => `end it: kill ${/\((\d+)\)$/.exec(name)?.[1] ?? name}`,
  target: (name) => `take ${name} out of the iSCSI target (targetcli)`,
  'nvme-target': (name) => `take ${name} out of the NVMe target (nvmetcli)`,
  claimed: (name) =>
    `the kernel has given ${name} to a filesystem on several disks, a target or a program; see ${commandLine(['fuser', '-v', name])}; dmesg; then unmount or end it`,
  'xenstore (no answer)': () =>
    'this is a Dom0, and only xenstore knows which disks its guests use: apt-get install xenstore-utils, and see that xenstored runs: systemctl status xen',
};

function wayOut(user: string, disk: string): string {
  if (user.startsWith('/')) {
    const [, place = user, pid] = /^(.*?)(?: \(mounts of process (\d+)\))?$/s.exec(user) ?? [];
    return commandLine(
      pid === undefined ? ['umount', place] : ['nsenter', '--target', pid, '--mount', 'umount', place],
    );
  }
  const at = user.indexOf(':');
  const way = WAYS[at < 0 ? user : user.slice(0, at)];
  return way === undefined ? `see ${commandLine(['lsblk', disk])}` : way(at < 0 ? '' : user.slice(at + 1), disk);
}
