/** Xenwright itself for the installed host: its package, and that into a tree. */
import { commandLine } from '../plan/shell-words.ts';
import type { ActionHandler } from './kind.ts';

const TIMEOUT_MS = 15 * 60_000;

export const toolsPackage: ActionHandler<'tools.package'> = {
  kind: 'tools.package',
  commands: () => [
    {
      argv: ['install', '-D', '-m', '0644', 'xenwright.deb', '$BASES/xenwright.deb'],
      note: 'from /xenwright/tools of the medium, or made of the program that runs, as npm run package does',
    },
  ],
  async apply(_action, context) {
    const { path, sha256 } = await context.ownPackage();
    context.output(`${path}, sha256 ${sha256}`);
  },
};

export const toolsInstall: ActionHandler<'tools.install'> = {
  kind: 'tools.install',
  commands: ({ params: { at, install } }) => [
    { argv: ['install', '-m', '0644', '$BASES/xenwright.deb', `$TREE${at}`] },
    { argv: ['chroot', '$TREE', ...install] },
    { argv: ['rm', `$TREE${at}`] },
  ],
  async apply({ params: { tree, at, install } }, context) {
    const { path, sha256 } = await context.ownPackage();
    // The file comes by standard input and is written inside: no link in the tree leads out of it. What is installed is
    // what has the sum, wherever it was damaged on its way.
    const inside = [
      'umask 022',
      'export PATH=/usr/sbin:/usr/bin:/sbin:/bin',
      `trap ${commandLine(['rm -f "$1"'])} EXIT`,
      'rm -f "$1"',
      'cat > "$1"',
      'echo "$2  $1" | sha256sum --check --quiet',
      commandLine(install),
    ].join('\n');
    await context.withTree(tree, async (root) => {
      await context.exec(
        ['sh', '-e', '-c', 'exec chroot "$1" sh -e -c "$2" sh "$3" "$4" < "$5"', 'sh', root, inside, at, sha256, path],
        { timeoutMs: TIMEOUT_MS },
      );
    });
  },
};
