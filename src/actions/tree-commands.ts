/** Commands of the profile: in a tree by chroot, or in the installer before the disks. */
import { XenwrightError } from '../errors.ts';
import type { ActionHandler } from './kind.ts';

export const treeCommands: ActionHandler<'tree.commands'> = {
  kind: 'tree.commands',
  commands: ({ params }) =>
    params.commands.map((command) => ({
      argv: [...(params.tree === null ? [] : ['chroot', '$TREE']), 'sh', '-c', command.run],
    })),
  async apply({ params }, context) {
    const runAll = async (prefix: readonly string[]): Promise<void> => {
      for (const command of params.commands) {
        try {
          await context.exec([...prefix, 'sh', '-c', command.run], { timeoutMs: command.timeoutMs });
        } catch (error) {
          if (command.onError === 'fail' || !(error instanceof XenwrightError) || error.code === 'interrupted')
            throw error;
          context.notice(`failed, and the profile says to continue: ${error.message}`);
        }
      }
    };
    if (params.tree === null) await runAll([]);
    else await context.withTree(params.tree, (root) => runAll(['chroot', root]));
  },
};
