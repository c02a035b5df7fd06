/** Makes a domain itself: machine-id, SSH host keys, random seed, users and their keys. Secrets go over standard input only. */
import { EXIT, XenwrightError } from '../errors.ts';
import type { ActionOf } from '../plan/action.ts';
import type { ActionContext, ActionHandler } from './kind.ts';

type Params = ActionOf<'tree.identity'>['params'];

export const treeIdentity: ActionHandler<'tree.identity'> = {
  kind: 'tree.identity',
  commands: ({ params }) => [
    { argv: ['systemd-machine-id-setup', '--root=$TREE'] },
    ...KEY_TYPES.map((type) => ({ argv: keygen('$TREE', type) })),
    ...(params.password === null ? [] : [{ argv: ['chroot', '$TREE', 'chpasswd', '-e'], inputDescription: `${params.user ?? 'root'}:$SECRET_${params.password.secret}` }]),
    ...params.maskUnits.map((unit) => ({ argv: ['chroot', '$TREE', 'systemctl', 'mask', unit] })),
    ...(params.enableUnits.length === 0 ? [] : [{ argv: ['chroot', '$TREE', 'systemctl', 'enable', ...params.enableUnits] }]),
  ],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      await makeUnique(root, context);
      await makeUser(root, params, context);
      await setPlace(root, params, context);
      if (params.disableUnits.length > 0) await context.exec(['chroot', root, 'systemctl', 'disable', ...params.disableUnits], { okCodes: [0, 1] });
      if (params.maskUnits.length > 0) await context.exec(['chroot', root, 'systemctl', 'mask', ...params.maskUnits]);
      if (params.enableUnits.length > 0) await context.exec(['chroot', root, 'systemctl', 'enable', ...params.enableUnits]);
    });
  },
};

/** RSA is left out: sshd does well without, and making one takes long on slow machines. */
const KEY_TYPES = ['ed25519', 'ecdsa'] as const;

function keygen(root: string, type: string): string[] {
  return ['chroot', root, 'ssh-keygen', '-q', '-t', type, '-N', '', '-f', `/etc/ssh/ssh_host_${type}_key`, '-C', ''];
}

async function makeUnique(root: string, context: ActionContext): Promise<void> {
  const id = (await context.exec(['od', '-An', '-N16', '-tx1', '/dev/urandom'], { quiet: true })).stdout.replaceAll(/\s/g, '');
  const old = await context.files.readText(`${root}/etc/machine-id`).catch(() => '');
  if (!/^[0-9a-f]{32}$/.test(old.trim())) await context.files.writeText(`${root}/etc/machine-id`, `${id}\n`, { mode: '0444' });
  await context.exec(['sh', '-c', 'umask 077; mkdir -p "$1"; head -c 512 /dev/urandom > "$1/random-seed"', 'sh', `${root}/var/lib/systemd`]);
  for (const type of KEY_TYPES) {
    const key = `${root}/etc/ssh/ssh_host_${type}_key`;
    // Half a key pair is what a kill leaves: both or none.
    if (!(await context.files.exists(`${key}.pub`)) || !(await context.files.exists(key))) {
      await context.files.remove(key);
      await context.files.remove(`${key}.pub`);
      await context.exec(keygen(root, type));
    }
    const print = await context.exec(['chroot', root, 'ssh-keygen', '-l', '-f', `/etc/ssh/ssh_host_${type}_key.pub`], { quiet: true });
    context.report({ sshHostKey: print.stdout.trim() });
  }
}

async function makeUser(root: string, params: Params, context: ActionContext): Promise<void> {
  const user = params.user ?? 'root';
  const home = user === 'root' ? '/root' : `/home/${user}`;
  if (user !== 'root') {
    const known = await context.exec(['chroot', root, 'id', '-u', user], { okCodes: [0, 1], quiet: true });
    if (known.exitCode !== 0) await context.exec(['chroot', root, 'useradd', '-m', '-s', '/bin/bash', '-G', 'sudo', user]);
  }
  if (params.password === null) await context.exec(['chroot', root, 'passwd', '-l', user], { okCodes: [0, 1, 3], quiet: true });
  else await context.exec(['chroot', root, 'chpasswd', '-e'], { input: `${user}:${await context.secret(params.password)}\n` });
  if (params.sshKeys.length === 0) return;
  await context.exec(['chroot', root, 'install', '-d', '-m', '0700', '-o', user, '-g', user, `${home}/.ssh`]);
  await context.files.writeText(`${root}${home}/.ssh/authorized_keys`, `${params.sshKeys.join('\n')}\n`, { mode: '0600' });
  await context.exec(['chroot', root, 'chown', `${user}:${user}`, `${home}/.ssh/authorized_keys`]);
}

async function setPlace(root: string, params: Params, context: ActionContext): Promise<void> {
  const zone = `/usr/share/zoneinfo/${params.timezone}`;
  if (!(await context.files.exists(`${root}${zone}`))) throw new XenwrightError({ code: 'timezone-unknown', exit: EXIT.action, message: `the timezone ${params.timezone} is not known in ${params.tree.domain}`, hint: 'old names need the package tzdata-legacy in `packages`' });
  await context.files.makeLink(`${root}/etc/localtime`, zone);
  await context.files.writeText(`${root}/etc/timezone`, `${params.timezone}\n`);
  await context.files.writeText(`${root}/etc/locale.conf`, `LANG=${params.locale}\n`);
  // bookworm reads the one, trixie the other.
  await context.files.makeLink(`${root}/etc/default/locale`, '../locale.conf');
  if (/^(C|POSIX)(\.|$)/.test(params.locale)) return;
  const [, name = params.locale, charset = 'UTF-8', modifier = ''] = /^([^.@]+)(?:\.([^@]+))?(@.+)?$/.exec(params.locale) ?? [];
  // 1 is for warnings, which several locales come with.
  await context.exec(['chroot', root, 'localedef', '-i', `${name}${modifier}`, '-f', charset.replace(/^utf-?8$/i, 'UTF-8'), params.locale], { timeoutMs: 5 * 60_000, okCodes: [0, 1] });
}
