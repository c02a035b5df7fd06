/**
 * An HVM DomU's boot volume: GRUB for BIOS on a small disk of its own, which finds the root volume by its UUID and
 * reads the grub.cfg there. The root volume stays a bare filesystem, and a kernel update inside needs nothing from
 * Dom0.
 */
import { EXIT, failure } from '../errors.ts';
import type { ActionHandler } from './kind.ts';

const FOLDER = '/usr/lib/grub/i386-pc';
/** All that the guest's grub.cfg may ask for: there is no folder of modules it could load more from. */
const MODULES = [
  'biosdisk',
  'part_msdos',
  'part_gpt',
  'ext2',
  'search',
  'search_fs_uuid',
  'search_label',
  'normal',
  'configfile',
  'linux',
  'gzio',
  'zstd',
  'boot',
  'echo',
  'test',
  'true',
  'sleep',
  'loadenv',
  'minicmd',
  'ls',
  'cat',
  'reboot',
  'halt',
  'serial',
  'terminal',
  'terminfo',
  'vga',
  'gfxterm',
  'regexp',
];

/** Runs in Dom0's tree: $1 the device, $2 the UUID, then the modules. */
const WRITE = [
  'device=$1 uuid=$2; shift 2; work=$(mktemp -d); trap \'rm -rf "$work"\' EXIT',
  'printf \'search.fs_uuid %s root\\nset prefix=($root)/boot/grub\\n\' "$uuid" > "$work/early.cfg"',
  `grub-mkimage --directory=${FOLDER} --format=i386-pc --output="$work/core.img" --prefix=/boot/grub --config="$work/early.cfg" "$@"`,
  // Sector 0 is boot.img, which loads core.img from sector 1 on; so both are made by GRUB's build.
  `cat ${FOLDER}/boot.img "$work/core.img" > "$work/disk.img"`,
  // As grub-bios-setup does for hard disks: two NOPs take out the test of the drive number that some BIOSes give
  // wrongly.
  'printf \'\\220\\220\' | dd of="$work/disk.img" bs=1 seek=102 conv=notrunc status=none',
  'truncate --size=%512 "$work/disk.img"',
  'dd if="$work/disk.img" of="$device" bs=1M conv=notrunc,fsync status=none',
].join('\n');

export const domuBootVolume: ActionHandler<'domu.boot-volume'> = {
  kind: 'domu.boot-volume',
  commands: ({ params }) => [
    { argv: ['chroot', '$TREE', 'sh', '-e', '-c', WRITE, 'sh', params.device, params.rootUuid, ...MODULES] },
  ],
  async apply({ params }, context) {
    await context.withTree(params.dom0, async (root) => {
      if (!(await context.files.exists(`${root}${FOLDER}/boot.img`)))
        throw failure('grub-missing', EXIT.action, { file: `${FOLDER}/boot.img` });
      await context.exec(['chroot', root, 'sh', '-e', '-c', WRITE, 'sh', params.device, params.rootUuid, ...MODULES]);
    });
  },
};
