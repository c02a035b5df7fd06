/**
 * An HVM DomU's boot volume: GRUB for BIOS on a small disk of its own, which finds the root volume by its UUID and
 * reads the grub.cfg there. The root volume stays a bare filesystem, and a kernel update inside needs nothing from
 * Dom0.
 */
import write from '../../assets/build/domu-boot-volume.sh' with { type: 'text' };
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

export const domuBootVolume: ActionHandler<'domu.boot-volume'> = {
  kind: 'domu.boot-volume',
  commands: ({ params }) => [
    { argv: ['chroot', '$TREE', 'sh', '-e', '-c', write, 'sh', params.device, params.rootUuid, ...MODULES] },
  ],
  async apply({ params }, context) {
    await context.withTree(params.dom0, async (root) => {
      if (!(await context.files.exists(`${root}${FOLDER}/boot.img`)))
        throw failure('grub-missing', EXIT.action, { file: `${FOLDER}/boot.img` });
      await context.exec(['chroot', root, 'sh', '-e', '-c', write, 'sh', params.device, params.rootUuid, ...MODULES]);
    });
  },
};
