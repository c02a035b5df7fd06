/** Writes configuration into a tree: files, links, folders; secrets only into files that root alone can read. */
import type { ActionContext, ActionHandler } from './kind.ts';

export const treeFiles: ActionHandler<'tree.files'> = {
  kind: 'tree.files',
  commands: ({ params }) => [
    ...params.remove.map((path) => ({ argv: ['rm', '-rf', `$TREE${path}`] })),
    ...params.directories.map((entry) => ({ argv: ['install', '-d', '-m', entry.mode, `$TREE${entry.path}`] })),
    ...params.files.map((file) => ({ argv: ['install', '-D', '-m', file.mode, '/dev/stdin', `$TREE${file.path}`], inputDescription: typeof file.content === 'string' ? file.content : `$SECRET_${file.content.secret}` })),
    ...params.links.map((link) => ({ argv: ['ln', '-sfn', link.target, `$TREE${link.path}`] })),
  ],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      for (const path of params.remove) await context.files.remove(`${root}${path}`);
      for (const entry of params.directories) {
        await context.files.makeDirectory(`${root}${entry.path}`, entry.mode);
        await own(root, entry.path, entry.owner, context);
      }
      for (const file of params.files) {
        const secret = typeof file.content !== 'string';
        // Gone first: a link in the tree, followed from here, would lead out of it.
        await context.files.remove(`${root}${file.path}`);
        await context.files.writeText(`${root}${file.path}`, typeof file.content === 'string' ? file.content : await context.secret(file.content), { mode: secret ? '0600' : file.mode });
        await own(root, file.path, file.owner, context);
      }
      for (const link of params.links) await context.files.makeLink(`${root}${link.path}`, link.target);
      context.output(`${params.files.length} files, ${params.links.length} links`);
    });
  },
};

/** Owners are names of the tree, not of this machine: chown runs inside. */
async function own(root: string, path: string, owner: string, context: ActionContext): Promise<void> {
  if (owner === 'root:root' || owner === 'root') return;
  await context.exec(['chroot', root, 'chown', '--no-dereference', owner, path]);
}
