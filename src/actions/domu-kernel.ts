/** What a DomU needs in Dom0 to boot: for `boot: direct` its kernel and initrd. */
import type { ActionHandler } from './kind.ts';

export const domuKernel: ActionHandler<'domu.kernel'> = {
  kind: 'domu.kernel',
  commands: ({ params }) => [{ argv: ['cp', '-L', '$TREE/vmlinuz', '$TREE/initrd.img', `$DOM0${params.directory}/`] }],
  async apply({ params }, context) {
    await context.withTree(params.from, (from) =>
      context.withTree(params.to, async (to) => {
        await context.exec(['mkdir', '-p', '-m', '0700', `${to}${params.directory}`]);
        // The names are links into /boot of the tree: readlink keeps them from being followed out of it.
        for (const name of ['vmlinuz', 'initrd.img'])
          await context.exec([
            'sh',
            '-c',
            'cp "$1/$(readlink "$1/$2" | sed s,^/,,)" "$3/$2.new" && mv "$3/$2.new" "$3/$2"',
            'sh',
            from,
            name,
            `${to}${params.directory}`,
          ]);
      }),
    );
  },
};
