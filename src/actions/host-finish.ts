/** The end: the profile and the marker of a finished install on the host, and everything on the disk. */
import type { ActionHandler } from './kind.ts';

export const hostFinish: ActionHandler<'host.finish'> = {
  kind: 'host.finish',
  commands: () => [{ argv: ['install', '-D', '-m', '0600', '/dev/stdin', '$TREE/etc/xenwright/profile.yaml'], inputDescription: '$SECRET_profile' }, { argv: ['sync'] }],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      await context.files.writeText(`${root}/etc/xenwright/profile.yaml`, await context.secret(params.profile), { mode: '0600' });
      await context.files.writeText(`${root}/etc/xenwright/install.json`, `${JSON.stringify({ host: params.host, finished: new Date().toISOString() }, null, 2)}\n`);
      await context.exec(['sync'], { timeoutMs: 30 * 60_000 });
    });
  },
};
