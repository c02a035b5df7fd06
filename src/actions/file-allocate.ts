/**
 * A preallocated raw file for a DomU's disk (layout `plain`): its blocks are taken now, so that no guest finds the host
 * full. It is always made again: what is allocated and was never written reads as zeros, whatever those blocks held
 * before.
 */
import type { ActionOf } from '../plan/action.ts';
import type { ActionHandler } from './kind.ts';

function commandsFor({ path, sizeMiB, group }: ActionOf<'file.allocate'>['params'], root: string): string[][] {
  const file = `${root}${path}`;
  return [
    ['mkdir', '-p', '-m', '0700', file.slice(0, file.lastIndexOf('/'))],
    // A file or a link of this name goes; nothing is written through it.
    ['install', ...(group === undefined ? ['-m', '0600'] : ['-m', '0640', '-g', String(group)]), '/dev/null', file],
    ['fallocate', '-l', `${sizeMiB}MiB`, file],
  ];
}

export const fileAllocate: ActionHandler<'file.allocate'> = {
  kind: 'file.allocate',
  commands: ({ params }) => commandsFor(params, '$TREE').map((argv) => ({ argv })),
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      for (const argv of commandsFor(params, root)) await context.exec(argv);
    });
  },
};
