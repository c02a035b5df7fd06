/** A disk that somebody uses, as an error: who, and the command that makes each of them let go. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { EXIT, failure, type XenwrightError } from '../errors.ts';
import type { Message } from '../i18n/phrase.ts';
import { SAVED_GUESTS } from './host-places.ts';
import { commandLine } from '../plan/shell-words.ts';

/** Users as the facts name them (`usedBy`). Nothing was written when it is thrown. */
export function diskInUse(disk: string, users: readonly string[]): XenwrightError {
  const ways = users.map((user) => wayOut(user, disk));
  return failure('disk-in-use', EXIT.refused, {
    disk,
    users: { list: users, by: 'comma' },
    ways: {
      list: ways.filter((way, index) => ways.findIndex((one) => isDeepStrictEqual(one, way)) === index),
      by: 'commands',
    },
  });
}

/** What ends bcache's use of a device, of a set too. */
export function stopBcache(name: string): string {
  return `echo 1 | tee /sys/class/block/${name}/bcache/set/unregister /sys/class/block/${name}/bcache/stop`;
}

type Way = (name: string, disk: string) => Message;
/** By the word before the colon. */
const WAYS: Readonly<Record<string, Way>> = {
  swap: (_name, disk) => ({ key: 'errors.disk-in-use.ways.swap', values: { disk } }),
  lvm: (name) => commandLine(['fuser', '-vm', `/dev/${name.replace(/ \(open\)$/, '')}`]),
  crypt: (name) => commandLine(['cryptsetup', 'close', name]),
  dm: (name) => commandLine(['dmsetup', 'remove', name]),
  md: (name) => commandLine(['mdadm', '--stop', `/dev/${name}`]),
  bcache: (name) => stopBcache(name),
  drbd: () => commandLine(['drbdadm', 'down', 'all']),
  mpath: (name) => commandLine(['multipath', '-f', name]),
  open: (name) => commandLine(['dmsetup', 'remove', name]),
  zfs: (name) => commandLine(['zpool', 'export', name]),
  // findmnt looks for the one device that a mount names, which may be another one with this UUID: it lists them all.
  btrfs: (name) => mountsShown('btrfs', name),
  // Its mounts name all devices.
  bcachefs: (_name, disk) => mountsShown('bcachefs', disk),
  loop: (name) => commandLine(['losetup', '--detach', `/dev/${name}`]),
  xen: (name) => commandLine(['xl', 'shutdown', '-w', name]),
  saved: (name) => commandLine(['xl', 'restore', `${SAVED_GUESTS}/${name}`]),
  owned: () => commandLine(['xenwright', 'domu', 'list']),
  process: (name) => ({
    key: 'errors.disk-in-use.ways.process',
    values: { process: /\((\d+)\)$/.exec(name)?.[1] ?? name },
  }),
  target: (name) => ({ key: 'errors.disk-in-use.ways.iscsi', values: { name } }),
  'nvme-target': (name) => ({ key: 'errors.disk-in-use.ways.nvme', values: { name } }),
  claimed: (name) => ({
    key: 'errors.disk-in-use.ways.claimed',
    values: { name, command: commandLine(['fuser', '-v', name]) },
  }),
  'xenstore (no answer)': () => ({ key: 'errors.disk-in-use.ways.xenstore' }),
};

function mountsShown(type: string, name: string): Message {
  const command = commandLine(['findmnt', '--types', type, '--output', 'TARGET,SOURCE,UUID']);
  return { key: 'errors.disk-in-use.ways.shown', values: { command, name } };
}

function wayOut(user: string, disk: string): Message {
  if (user.startsWith('/')) {
    const [, place = user, pid] = /^(.*?)(?: \(mounts of process (\d+)\))?$/s.exec(user) ?? [];
    return commandLine(
      pid === undefined ? ['umount', place] : ['nsenter', '--target', pid, '--mount', 'umount', place],
    );
  }
  const at = user.indexOf(':');
  const way = WAYS[at < 0 ? user : user.slice(0, at)];
  return way === undefined
    ? { key: 'errors.disk-in-use.ways.see', values: { command: commandLine(['lsblk', disk]) } }
    : way(at < 0 ? '' : user.slice(at + 1), disk);
}
