/** The end: the profile and the marker of a finished install on the host, and everything on the disk. */
import { dirname } from 'node:path';
import type { ActionHandler } from './kind.ts';

/** What the run itself knows and no plan can: its run, when it was finished, the tokens it was installed by. */
export const MARKER = 'install-marker';

export const hostFinish: ActionHandler<'host.finish'> = {
  kind: 'host.finish',
  commands: ({ params }) => [
    ...(params.secrets ?? []).map(({ path, content }) => ({
      argv: ['install', '-D', '-m', '0600', '/dev/stdin', `$TREE${path}`],
      inputDescription: `$SECRET_${content.secret}`,
    })),
    {
      argv: ['install', '-D', '-m', '0600', '/dev/stdin', '$TREE/etc/xenwright/profile.yaml'],
      inputDescription: '$SECRET_profile',
    },
    {
      argv: ['install', '-D', '-m', '0644', '/dev/stdin', '$TREE/boot/xenwright/installed.json'],
      inputDescription: '{"version", "id", "run", "planHash", "hostname", "tokens", "finished"}',
    },
    { argv: ['sync'] },
  ],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      for (const { path, content } of params.secrets ?? []) {
        await context.files.makeDirectory(dirname(`${root}${path}`), '0700');
        await context.files.writeText(`${root}${path}`, await context.secret(content), { mode: '0600' });
      }
      await context.files.writeText(`${root}/etc/xenwright/profile.yaml`, await context.secret(params.profile), {
        mode: '0600',
      });
      // On /boot, which is plain ext4: an installer that meets this disk can read it without assembling anything.
      await context.files.writeText(
        `${root}/boot/xenwright/installed.json`,
        `${await context.secret({ secret: MARKER })}\n`,
      );
      await context.exec(['sync'], { timeoutMs: 30 * 60_000 });
    });
  },
};
