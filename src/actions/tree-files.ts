/**
 * Writes configuration into a tree: files, links, folders, by one tar inside it. Paths cannot lead out of the tree,
 * however its links point; secrets go over standard input into files that root alone can read.
 */
import type { ActionOf } from '../plan/action.ts';
import { commandLine } from '../plan/shell-words.ts';
import { isHidden } from '../profile/hidden-file.ts';
import type { ActionContext, ActionHandler, CommandLine } from './kind.ts';
import { contentOf, shownContent } from './secret-text.ts';
import { tarArchive, type ArchiveEntry } from './tar-archive.ts';

type Params = ActionOf<'tree.files'>['params'];

const EXTRACT = 'tar --extract --file=- --directory=/ --preserve-permissions --keep-directory-symlink';
const SECRET_MODE = '0600';

export const treeFiles: ActionHandler<'tree.files'> = {
  kind: 'tree.files',
  commands: ({ params }) => [
    ...removal(params).map(inTree),
    ...params.directories.map((entry) => ({ argv: ['install', '-d', '-m', entry.mode, `$TREE${entry.path}`] })),
    ...params.files.map((file) => ({
      argv: ['install', '-D', '-m', modeOf(file), '/dev/stdin', `$TREE${file.path}`],
      inputDescription: shownContent(file.content),
    })),
    ...params.links.map((link) => ({ argv: ['ln', '-sfn', link.target, `$TREE${link.path}`] })),
    ...owners(params).map(inTree),
  ],
  async apply({ params }, context) {
    const input = tarArchive(await entries(params, context), Math.floor(Date.now() / 1000));
    await context.withTree(params.tree, async (root) => {
      // In one go: each command costs its milliseconds. Folders that are made on the way get the mode everybody
      // expects, whatever umask Xenwright was started with.
      const script = [
        'umask 022',
        ...removal(params).map(commandLine),
        EXTRACT,
        ...owners(params).map(commandLine),
      ].join('\n');
      await context.exec(['chroot', root, 'sh', '-e', '-c', script], { input });
      context.output(`${params.files.length} files, ${params.links.length} links`);
    });
  },
};

const inTree = (argv: readonly string[]): CommandLine => ({ argv: ['chroot', '$TREE', ...argv] });

function removal({ remove }: Params): string[][] {
  return remove.length === 0 ? [] : [['rm', '-rf', '--', ...remove]];
}

function modeOf(file: Params['files'][number]): string {
  return typeof file.content === 'string' || 'text' in file.content || isHidden(file) ? file.mode : SECRET_MODE;
}

async function entries(params: Params, context: ActionContext): Promise<ArchiveEntry[]> {
  return [
    ...params.directories.map(({ path, mode }) => ({ path, mode, kind: 'directory' as const, content: '' })),
    ...(await Promise.all(
      params.files.map(async (file) => ({
        path: file.path,
        mode: modeOf(file),
        kind: 'file' as const,
        content: await contentOf(file.content, context),
      })),
    )),
    ...params.links.map(({ path, target }) => ({ path, mode: '0777', kind: 'link' as const, content: target })),
  ];
}

/** Names of owners are the tree's, not this machine's: chown runs inside, once for each owner. */
function owners({ files, directories }: Params): string[][] {
  const paths = new Map<string, string[]>();
  for (const { path, owner } of [...directories, ...files])
    if (!/^(root|0)(:(root|0))?$/.test(owner)) paths.set(owner, [...(paths.get(owner) ?? []), path]);
  return [...paths].map(([owner, list]) => ['chown', '--no-dereference', '--', owner, ...list]);
}
