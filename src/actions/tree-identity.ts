/**
 * Makes a domain itself: machine-id, SSH host keys, random seed, users and their keys, its place and its units. One
 * script inside the tree: every command costs its milliseconds, and half a second on emulated machines. Secrets go over
 * standard input only.
 */
import script from '../../assets/build/tree-identity.sh' with { type: 'text' };
import { EXIT, failure } from '../errors.ts';
import type { ActionOf } from '../plan/action.ts';
import type { ActionContext, ActionHandler } from './kind.ts';

type Params = ActionOf<'tree.identity'>['params'];

/** A line of ssh-keygen -l. */
const FINGERPRINT = /^\d+ (SHA256|MD5):/;

function makeItself(params: Params): string[] {
  const words = (units: readonly string[]): string => units.join(' ');
  return [
    'sh',
    '-e',
    '-c',
    script,
    'sh',
    params.user ?? 'root',
    params.timezone,
    params.locale,
    words(params.disableUnits),
    words(params.maskUnits),
    words(params.enableUnits),
    params.password === null ? 'locked' : '',
    ...params.sshKeys,
  ];
}

/** The locale's definition, unless the C library brings it itself. */
function defineLocale(locale: string): string[][] {
  if (/^(C|POSIX)(\.|$)/.test(locale)) return [];
  const [, name = locale, charset = 'UTF-8', modifier = ''] = /^([^.@]+)(?:\.([^@]+))?(@.+)?$/.exec(locale) ?? [];
  return [['localedef', '-i', `${name}${modifier}`, '-f', charset.replace(/^utf-?8$/i, 'UTF-8'), locale]];
}

export const treeIdentity: ActionHandler<'tree.identity'> = {
  kind: 'tree.identity',
  commands: ({ params }) => [
    { argv: ['chroot', '$TREE', ...makeItself(params)] },
    ...(params.password === null
      ? []
      : [
          {
            argv: ['chroot', '$TREE', 'chpasswd', '-e'],
            inputDescription: `${params.user ?? 'root'}:$SECRET_${params.password.secret}`,
          },
        ]),
    ...defineLocale(params.locale).map((argv) => ({ argv: ['chroot', '$TREE', ...argv] })),
  ],
  async apply({ params }, context) {
    await context.withTree(params.tree, async (root) => {
      await refuseUnknownZone(root, params, context);
      const made = await context.exec(['chroot', root, ...makeItself(params)], { timeoutMs: 10 * 60_000 });
      for (const line of made.stdout.split('\n')) if (FINGERPRINT.test(line)) context.report({ sshHostKey: line });
      if (params.password !== null)
        await context.exec(['chroot', root, 'chpasswd', '-e'], {
          input: `${params.user ?? 'root'}:${await context.secret(params.password)}\n`,
        });
      // 1 is for warnings, which several locales come with.
      for (const argv of defineLocale(params.locale))
        await context.exec(['chroot', root, ...argv], { timeoutMs: 5 * 60_000, okCodes: [0, 1] });
    });
  },
};

async function refuseUnknownZone(root: string, params: Params, context: ActionContext): Promise<void> {
  if (await context.files.exists(`${root}/usr/share/zoneinfo/${params.timezone}`)) return;
  throw failure('timezone-unknown', EXIT.action, { timezone: params.timezone, domain: params.tree.domain });
}
