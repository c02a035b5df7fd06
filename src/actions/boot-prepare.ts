/**
 * What GRUB needs on /boot, made without the disks: its files, core images and menu. Real programs make them in Dom0's
 * tree; only what they ask the devices is answered for them, from the plan. On an emulated machine those questions and
 * the hundreds of processes of the menu's scripts take most of an install's end.
 */
import answers from '../../assets/build/grub-answers.sh' with { type: 'text' };
import prepare from '../../assets/build/boot-prepare.sh' with { type: 'text' };
import type { ActionOf } from '../plan/action.ts';
import { withValues } from '../plan/shell-words.ts';
import type { ActionHandler } from './kind.ts';

type Params = ActionOf<'boot.prepare'>['params'];

/** In the tree's /run, which is in memory. */
const ANSWERS = '/run/xenwright-grub-answers';
const LIMIT_MS = 10 * 60_000;

const platforms = ({ bios, uefi }: Params): string =>
  [...(bios ? ['i386-pc'] : []), ...(uefi ? ['x86_64-efi'] : [])].join(' ');

const argumentsOf = (params: Params): string[] => [
  'sh',
  '-e',
  '-c',
  prepare,
  'sh',
  platforms(params),
  params.boot.uuid,
  String(params.boot.number),
  ANSWERS,
];

const answersOf = ({ root, boot }: Params): string =>
  withValues(answers, {
    root_device: root.device,
    root_uuid: root.uuid,
    root_abstraction: root.abstraction,
    boot_device: boot.device,
    boot_uuid: boot.uuid,
  });

export const bootPrepare: ActionHandler<'boot.prepare'> = {
  kind: 'boot.prepare',
  commands: ({ params }) => [
    {
      argv: ['install', '-m', '0755', '/dev/stdin', `$TREE${ANSWERS}`],
      inputDescription: answersOf(params),
      note: 'answers for grub-probe, which finds no disks here',
    },
    { argv: ['chroot', '$TREE', ...argumentsOf(params)] },
  ],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      await context.files.writeText(`${root}${ANSWERS}`, answersOf(params), { mode: '0755' });
      await context.exec(['chroot', root, ...argumentsOf(params)], { timeoutMs: LIMIT_MS });
    });
  },
};
