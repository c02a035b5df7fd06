/**
 * Commands inside a tree that is being built: chroot in mount and process namespaces of their own. Whatever kills the
 * build, no mount stays behind (deleting the tree could reach this machine's /dev through one) and no daemon.
 */
import enter from '../../assets/build/chroot.sh' with { type: 'text' };
import type { MediumMount } from '../plan/action.ts';
import type { ActionContext, ExecOptions, ExecResult } from './kind.ts';

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
    enter,
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
