/**
 * Sets of devices as Debian's kernel makes them: how each is made, who must be said to use its disks, and how it is let
 * go. What is captured of them in a virtual machine (test/lab/sets.full.test.ts) is played back by
 * test/facts/storage-sets-captured.test.ts.
 */

/** Users of one disk, each as a regular expression of its whole text, in any order. */
export type Users = readonly string[];
interface Use {
  /** Shell. */
  readonly begin: string;
  /** Of each disk; a disk that only has leftovers on it, or nothing, is not refused. */
  readonly users: readonly Users[];
  /** In the hint of a refusal: the command that ends the use, to be run as it stands. */
  readonly wayOut?: RegExp;
  /** Where no command ends it: shell. */
  readonly end?: string;
}
export interface DeviceSet {
  readonly name: string;
  /** Serial numbers of its disks. Scripts find their paths as $1, $2, …, and a folder to mount on as $at. */
  readonly serials: readonly string[];
  /** Shell that makes it. Nobody uses it yet. */
  readonly make: string;
  /** What udev and the kernel alone make of the disks: all that is to be taken apart. `{1}`: name of the first disk. */
  readonly idle: readonly Users[];
  readonly use?: Use;
}

const OPENED_BY = 'process:sleep \\(\\d+\\)';
/** Holds a device open until the way out, or the end, of the use. */
const hold = (device: string): string => `sleep 1800 <>${device} >/dev/null 2>&1 & sleep 1; test -b ${device}`;
const KILL = /kill \d+/;
const UMOUNT = /umount \S+/;
const register = (...disks: readonly string[]): string =>
  `for disk in ${disks.join(' ')}; do [ -e /sys/class/block/\${disk##*/}/bcache ] || echo $disk > /sys/fs/bcache/register || true; done`;
/** Shell that waits until `what` is so, and for udev. */
export const waitFor = (what: string): string =>
  `n=0; until ${what}; do n=$((n + 1)); [ $n -lt 100 ] || exit 9; sleep 0.2; done; udevadm settle`;
const CREATE = 'mdadm --create --run --assume-clean --metadata=1.2 --bitmap=none --level=1 --raid-devices=2';
const LUKS = [
  'modprobe -a dm_crypt',
  'printf secret | cryptsetup luksFormat --batch-mode --type luks2 --pbkdf pbkdf2 --pbkdf-force-iterations 1000 --key-file=- $1',
].join('; ');
const LIO = '/sys/kernel/config/target/core/iblock_0/store';
const NVME = '/sys/kernel/config/nvmet/subsystems/nqn.test';
const CONFIGFS =
  'modprobe configfs; grep -q " /sys/kernel/config " /proc/mounts || mount -t configfs configfs /sys/kernel/config';

const ARRAYS: readonly DeviceSet[] = [
  {
    name: 'md-active',
    serials: ['real-0', 'real-1'],
    make: `${CREATE} /dev/md10 $1 $2; mke2fs -q -F /dev/md10`,
    idle: [['md:md10'], ['md:md10']],
    use: {
      begin: 'mount /dev/md10 $at',
      users: [
        ['md:md10', '/tmp/at-md-active'],
        ['md:md10', '/tmp/at-md-active'],
      ],
      wayOut: UMOUNT,
    },
  },
  {
    name: 'md-degraded',
    serials: ['real-0'],
    make: `${CREATE} /dev/md11 $1 missing`,
    idle: [['md:md11']],
    use: { begin: hold('/dev/md11'), users: [['md:md11', OPENED_BY]], wayOut: KILL },
  },
  {
    name: 'md-inactive',
    serials: ['real-0', 'real-1'],
    make: [
      `${CREATE} /dev/md12 $1 $2; udevadm settle; mdadm --stop /dev/md12; wipefs --all --force $2; mdadm --stop --scan || true`,
      'mdadm --incremental $1 || true; grep inactive /proc/mdstat',
    ].join('; '),
    idle: [['md:md\\d+'], []],
  },
];
/** Small buckets: the kernel takes no cache with fewer than 513 (`cache_alloc` in drivers/md/bcache/super.c). */
const MAKE_BCACHE = 'make-bcache --wipe-bcache --bucket 64k';
const CACHES: readonly DeviceSet[] = [
  {
    name: 'bcache',
    serials: ['real-2', 'real-3'],
    make: [
      `modprobe bcache; ${MAKE_BCACHE} -B $1 -C $2; udevadm settle; ${register('$1', '$2')}`,
      `${waitFor('[ -b /dev/bcache0 ]')}; mke2fs -q -F /dev/bcache0`,
    ].join('; '),
    idle: [['bcache:bcache0'], ['bcache:bcache0']],
    use: {
      begin: 'mount /dev/bcache0 $at',
      users: [
        ['bcache:bcache0', '/tmp/at-bcache'],
        ['bcache:bcache0', '/tmp/at-bcache'],
      ],
      wayOut: UMOUNT,
    },
  },
  {
    name: 'bcache-only-cache',
    serials: ['real-3'],
    make: `modprobe bcache; ${MAKE_BCACHE} -C $1; udevadm settle; ${register('$1')}; ${waitFor('[ -e /sys/class/block/${1##*/}/bcache/set ]')}`,
    idle: [['bcache:{1}']],
  },
  {
    name: 'bcache-waiting',
    serials: ['real-2', 'real-3'],
    make: [
      `modprobe bcache; ${MAKE_BCACHE} -B $1 -C $2; udevadm settle; ${register('$1', '$2')}`,
      `${waitFor('[ -e /sys/class/block/${1##*/}/bcache/cache ]')}; echo 1 > /sys/class/block/\${2##*/}/bcache/set/stop`,
      `${waitFor('[ ! -e /sys/class/block/${1##*/}/bcache ] && [ ! -e /sys/class/block/${2##*/}/bcache ]')}`,
      `${register('$1')}; ${waitFor('[ -e /sys/class/block/${1##*/}/bcache ]')}`,
    ].join('; '),
    idle: [['bcache:{1}'], []],
  },
];
const FILESYSTEMS: readonly DeviceSet[] = [
  {
    name: 'btrfs',
    serials: ['real-4', 'real-5', 'real-6'],
    make: 'modprobe btrfs; mkfs.btrfs -q -f -d raid1 -m raid1 $1 $2; udevadm settle',
    idle: [[], [], []],
    use: {
      // The third disk is a copy of the first one: it has the UUID too, and nobody uses it.
      begin:
        'btrfs device scan $1 $2 >/dev/null; mount -t btrfs $1 $at; sync; dd if=$1 of=$3 bs=1M status=none conv=fsync; udevadm settle',
      // Whichever of them the kernel names the mount by.
      users: [['/tmp/at-btrfs'], ['/tmp/at-btrfs'], []],
      wayOut: UMOUNT,
    },
  },
];
const MAPPINGS: readonly DeviceSet[] = [
  { name: 'luks-closed', serials: ['real-7'], make: LUKS, idle: [[]] },
  {
    name: 'luks-open',
    serials: ['real-7'],
    make: `${LUKS}; printf secret | cryptsetup open --key-file=- $1 secret; mke2fs -q -F /dev/mapper/secret`,
    idle: [['crypt:secret']],
    use: { begin: 'mount /dev/mapper/secret $at', users: [['crypt:secret', '/tmp/at-luks-open']], wayOut: UMOUNT },
  },
  {
    name: 'dm-linear',
    serials: ['real-8'],
    make: [
      'echo "0 $(blockdev --getsz $1) linear $1 0" | dmsetup create lin; sgdisk --clear --new=1:1M:+64M /dev/mapper/lin || true',
      'kpartx -a -s -p -part /dev/mapper/lin; udevadm settle; mke2fs -q -F /dev/mapper/lin-part1',
    ].join('; '),
    idle: [['dm:lin', 'dm:lin-part1']],
    use: {
      begin: 'mount /dev/mapper/lin-part1 $at',
      users: [['dm:lin', 'dm:lin-part1', '/tmp/at-dm-linear']],
      wayOut: UMOUNT,
    },
  },
  {
    name: 'kpartx',
    serials: ['real-9'],
    make: 'sgdisk --clear --new=1:1M:+64M $1; udevadm settle; kpartx -a -s -p -part $1; udevadm settle',
    idle: [['dm:{1}-part1']],
    use: {
      begin: hold('/dev/mapper/${1##*/}-part1'),
      users: [['dm:{1}-part1', 'open:{1}-part1', OPENED_BY]],
      wayOut: KILL,
    },
  },
  {
    name: 'multipath-one-path',
    serials: ['single'],
    make: 'modprobe -a dm_multipath dm_service_time; multipath -v2 $1; udevadm settle; lsblk --noheadings --output TYPE $1 | grep -q mpath',
    idle: [['dm:mpath[a-z]']],
  },
  {
    name: 'multipath',
    serials: ['twin'],
    make: 'modprobe -a dm_multipath dm_service_time; true',
    idle: [[], []],
    use: {
      begin: 'multipath -v2 $1; udevadm settle; lsblk --noheadings --output TYPE $1 $2 | grep -c mpath | grep -qx 2',
      users: [['mpath:mpath[a-z]'], ['mpath:mpath[a-z]']],
      wayOut: /multipath -f \S+/,
    },
  },
];
const VOLUMES: readonly DeviceSet[] = [
  {
    name: 'lvm',
    serials: ['real-10', 'real-11'],
    make: 'pvcreate -q -ff -y $1 $2; vgcreate -q -y guests $1 $2; lvcreate -q -y -l 100%FREE -n web1 guests; mke2fs -q -F /dev/guests/web1',
    idle: [['lvm:guests/web1'], ['lvm:guests/web1']],
    use: {
      begin: hold('/dev/guests/web1'),
      users: [
        ['lvm:guests/web1 \\(open\\)', OPENED_BY],
        ['lvm:guests/web1 \\(open\\)', OPENED_BY],
      ],
      wayOut: KILL,
    },
  },
  {
    name: 'lvm-mirror',
    serials: ['real-10', 'real-11'],
    make: 'modprobe -a dm_raid raid1; pvcreate -q -ff -y $1 $2; vgcreate -q -y pair $1 $2; lvcreate -q -y --type raid1 -m 1 --nosync -L 64m -n web1 pair',
    idle: [0, 1].map((side) => ['lvm:pair/web1', `lvm:pair/web1_rimage_${side}`, `lvm:pair/web1_rmeta_${side}`]),
  },
];
const TARGETS: readonly DeviceSet[] = [
  {
    name: 'iscsi-target',
    serials: ['real-12'],
    make: `${CONFIGFS}; modprobe -a target_core_mod target_core_iblock`,
    idle: [[]],
    use: {
      begin: `mkdir -p ${LIO}; echo udev_path=$1 > ${LIO}/control; echo $1 > ${LIO}/udev_path; echo 1 > ${LIO}/enable`,
      users: [['target:store']],
      end: `rmdir ${LIO} /sys/kernel/config/target/core/iblock_0`,
    },
  },
  {
    name: 'nvme-target',
    serials: ['real-12'],
    make: `${CONFIGFS}; modprobe nvmet`,
    idle: [[]],
    use: {
      begin: `mkdir -p ${NVME}/namespaces/1; echo $1 > ${NVME}/namespaces/1/device_path; echo 1 > ${NVME}/namespaces/1/enable`,
      users: [['nvme-target:nqn.test']],
      end: `echo 0 > ${NVME}/namespaces/1/enable; rmdir ${NVME}/namespaces/1 ${NVME}`,
    },
  },
];

export const SETS: readonly DeviceSet[] = [...ARRAYS, ...CACHES, ...FILESYSTEMS, ...MAPPINGS, ...VOLUMES, ...TARGETS];

/** What differs between the users of a disk and what they should be; empty: nothing. `names`: of the set's disks. */
export function differences(found: readonly string[], wanted: Users, names: readonly string[]): string[] {
  const patterns = wanted.map(
    (one) => new RegExp(`^(?:${one.replaceAll(/\{(\d)\}/g, (_, index: string) => names[Number(index) - 1] ?? '?')})$`),
  );
  const left = [...found];
  const missing = patterns.filter((pattern) => {
    const at = left.findIndex((user) => pattern.test(user));
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return [...missing.map((pattern) => `missing: ${pattern.source}`), ...left.map((user) => `too many: ${user}`)];
}
