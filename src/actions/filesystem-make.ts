/** Makes one filesystem or swap area with its UUID and label; ext4 with every feature named. */
import type { ActionOf } from '../plan/action.ts';
import type { ActionHandler } from './kind.ts';

/** The command that makes it. It never asks: standard input is closed. */
export function mkfsArguments(params: ActionOf<'filesystem.make'>['params']): string[] {
  const { filesystem, device, label, uuid, features, wiped = false } = params;
  if (filesystem === 'swap') return ['mkswap', '--force', '--uuid', uuid, '--label', label, device];
  if (filesystem === 'vfat')
    return ['mkfs.vfat', '-F', '32', '-n', label.toUpperCase().slice(0, 11), '-i', uuid.replace('-', ''), device];
  // Nobody vouches for what blocks read as that were discarded: zeros stay.
  return [
    'mke2fs',
    '-q',
    '-F',
    '-t',
    'ext4',
    '-b',
    '4096',
    '-I',
    '256',
    '-O',
    ['none', ...features].join(','),
    ...(wiped ? ['-E', 'nodiscard'] : []),
    '-U',
    uuid,
    '-L',
    label,
    device,
  ];
}

export const filesystemMake: ActionHandler<'filesystem.make'> = {
  kind: 'filesystem.make',
  commands: ({ params }) => [{ argv: mkfsArguments(params) }],
  async apply({ params }, context) {
    await context.exec(mkfsArguments(params), { timeoutMs: 30 * 60_000 });
  },
};
