/**
 * Commands inside a tree that is being built: chroot in mount and process namespaces of their own. Whatever kills the
 * build, no mount stays behind (deleting the tree could reach this machine's /dev through one) and no daemon.
 */
import type { MediumMount } from '../plan/action.ts';
import type { ActionContext, ExecOptions, ExecResult } from './kind.ts';

const ENTER = [
  'tree=$1 archives=$2 from=$3 at=$4; shift 4; unset TMPDIR LD_PRELOAD',
  'mount -t proc proc "$tree/proc"; mount -t sysfs -o ro sysfs "$tree/sys"; mount --bind /dev "$tree/dev"; mount -t tmpfs tmpfs "$tree/run"',
  'mkdir -p "$tree/run/systemd/resolve" "$tree/run/lock"; cp -L /etc/resolv.conf "$tree/run/systemd/resolve/stub-resolv.conf" 2>/dev/null || true',
  'if [ -n "$archives" ]; then mount --bind "$archives" "$tree/var/cache/apt/archives"; fi',
  'if [ -n "$from" ]; then mkdir -p "$tree$at"; if [ -d "$from" ]; then mount --bind "$from" "$tree$at"; else mount -t iso9660 -o ro "$from" "$tree$at"; fi; fi',
  'exec chroot "$tree" "$@"',
].join('\n');

export type RunInTree = (argv: readonly string[], options?: ExecOptions) => Promise<ExecResult>;

/** The call that runs `argv` in `tree`, with `archives` as apt's folder of packages when given. */
function inTreeArguments(
  tree: string,
  archives: string,
  argv: readonly string[],
  medium: MediumMount | null = null,
): string[] {
  return [
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    'sh',
    '-e',
    '-c',
    ENTER,
    'sh',
    tree,
    archives,
    medium?.from ?? '',
    medium?.at ?? '',
    ...argv,
  ];
}

export function inTree(
  context: ActionContext,
  tree: string,
  archives: string,
  medium: MediumMount | null = null,
): RunInTree {
  return (argv, options = {}) => context.exec(inTreeArguments(tree, archives, argv, medium), options);
}
