/** Commands of the profile: in a tree by chroot, or in the installer before the disks. */
import { XenwrightError } from '../errors.ts';
import type { ActionHandler } from './kind.ts';
import { contentOf, shownContent } from './secret-text.ts';

/** A command with a secret in it: arguments can be read by everybody. The command itself finds its input at the end. */
const FROM_INPUT = ['sh', '-c', 'eval "$(cat)"'];

export const treeCommands: ActionHandler<'tree.commands'> = {
  kind: 'tree.commands',
  commands: ({ params }) =>
    params.commands.map(({ run }) => {
      const inTree = params.tree === null ? [] : ['chroot', '$TREE'];
      return typeof run === 'string'
        ? { argv: [...inTree, 'sh', '-c', run] }
        : { argv: [...inTree, ...FROM_INPUT], inputDescription: shownContent(run) };
    }),
  async apply({ params }, context) {
    const runAll = async (prefix: readonly string[]): Promise<void> => {
      for (const command of params.commands) {
        try {
          const { run, timeoutMs } = command;
          if (typeof run === 'string') await context.exec([...prefix, 'sh', '-c', run], { timeoutMs });
          else await context.exec([...prefix, ...FROM_INPUT], { timeoutMs, input: await contentOf(run, context) });
        } catch (error) {
          if (command.onError === 'fail' || !(error instanceof XenwrightError) || error.code === 'interrupted')
            throw error;
          context.notice('notices.commandFailed', { reason: error.message });
        }
      }
    };
    if (params.tree === null) await runAll([]);
    else await context.withTree(params.tree, (root) => runAll(['chroot', root]));
  },
};
