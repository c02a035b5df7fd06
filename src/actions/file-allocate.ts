/** A preallocated raw file for a DomU's disk (layout `plain`): its blocks are taken now, so that no guest finds the host full. */
import type { ActionHandler } from './kind.ts';

export const fileAllocate: ActionHandler<'file.allocate'> = {
  kind: 'file.allocate',
  commands: ({ params }) => [{ argv: ['install', '-m', '0600', '/dev/null', `$TREE${params.path}`] }, { argv: ['fallocate', '-l', `${params.sizeMiB}MiB`, `$TREE${params.path}`] }],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      const path = `${root}${params.path}`;
      await context.exec(['mkdir', '-p', '-m', '0700', path.slice(0, path.lastIndexOf('/'))]);
      await context.exec(['fallocate', '-l', `${params.sizeMiB}MiB`, path]);
      await context.exec(['chmod', '0600', path]);
    });
  },
};
