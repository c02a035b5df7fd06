/**
 * Makes a domain itself: machine-id, SSH host keys, random seed, users and their keys, its place and its units. One
 * script inside the tree: every command costs its milliseconds, and half a second on emulated machines. Secrets go over
 * standard input only.
 */
import { EXIT, failure } from '../errors.ts';
import type { ActionOf } from '../plan/action.ts';
import { SYSUSERS } from '../plan/domu/pygrub.ts';
import type { ActionContext, ActionHandler } from './kind.ts';

type Params = ActionOf<'tree.identity'>['params'];

/**
 * What exists is kept (a resumed run gives no second identity), half a key pair is not. Prints the keys' fingerprints.
 * RSA is left out: sshd does well without, and making one takes long on slow machines.
 */
const MAKE_UNIQUE = [
  'umask 022',
  'grep -Eqsx "[0-9a-f]{32}" /etc/machine-id || { od -An -N16 -tx1 /dev/urandom | tr -d " \\n" > /etc/machine-id.new; echo >> /etc/machine-id.new; chmod 0444 /etc/machine-id.new; mv -f /etc/machine-id.new /etc/machine-id; }',
  'mkdir -p /var/lib/systemd; (umask 077; head -c 512 /dev/urandom > /var/lib/systemd/random-seed)',
  'for type in ed25519 ecdsa; do',
  '  key=/etc/ssh/ssh_host_${type}_key',
  '  if ! { [ -s $key ] && [ -s $key.pub ]; }; then rm -f $key $key.pub; ssh-keygen -q -t $type -N "" -C "" -f $key; fi',
  'done',
  'cat /etc/ssh/ssh_host_ed25519_key.pub /etc/ssh/ssh_host_ecdsa_key.pub | ssh-keygen -l -f -',
].join('\n');

/**
 * $1 user, $2 timezone, $3 locale, $4 to $6 units to disable, mask and enable (words), $7 "locked" or "", then the
 * keys.
 */
const SETTLE_IN = [
  'user=$1 zone=$2 locale=$3 disable=$4 mask=$5 enable=$6 locked=$7; shift 7',
  // What a power cut leaves of useradd, passwd and sed: locks of processes long gone with the files they are made from,
  // texts not renamed yet, and half a user, who is made again.
  'left=; for file in passwd shadow group gshadow subuid subgid; do left="$left /etc/$file.lock /etc/$file.[0-9]* /etc/$file+ /etc/.#$file*"; done; rm -f $left /etc/sed??????',
  // Users of the system's own, for Dom0.
  `if [ -e ${SYSUSERS} ]; then systemd-sysusers ${SYSUSERS}; fi`,
  'whole() { id -gn "$user" && getent shadow "$user" && test -d "$(getent passwd "$user" | cut -d: -f6)" && id -nG "$user" | grep -qw sudo; }',
  'if uid=$(id -u "$user" 2>/dev/null) && [ "$uid" -ge 1000 ] && ! whole > /dev/null 2>&1; then sed -i "/^$user:/d" /etc/passwd /etc/shadow /etc/group /etc/gshadow; fi',
  'id -u "$user" > /dev/null 2>&1 || useradd -m -s /bin/bash -G sudo "$user"',
  'if [ -n "$locked" ]; then passwd --quiet --lock "$user"; fi',
  'if [ $# -gt 0 ]; then',
  '  home=$(getent passwd "$user" | cut -d: -f6); group=$(id -gn "$user")',
  '  install -d -m 0700 -o "$user" -g "$group" "$home/.ssh"',
  '  (umask 077; printf "%s\\n" "$@" > "$home/.ssh/authorized_keys")',
  '  chown "$user:$group" "$home/.ssh/authorized_keys"',
  'fi',
  'ln -sfn "/usr/share/zoneinfo/$zone" /etc/localtime',
  'echo "$zone" > /etc/timezone',
  // bookworm reads the one, trixie the other.
  'rm -f /etc/locale.conf; echo "LANG=$locale" > /etc/locale.conf; ln -sfn ../locale.conf /etc/default/locale',
  'if [ -n "$disable" ]; then systemctl --quiet disable $disable || true; fi',
  'if [ -n "$mask" ]; then systemctl --quiet mask $mask; fi',
  'if [ -n "$enable" ]; then systemctl --quiet enable $enable; fi',
].join('\n');

const SCRIPT = `${MAKE_UNIQUE}\n${SETTLE_IN}`;
/** A line of ssh-keygen -l. */
const FINGERPRINT = /^\d+ (SHA256|MD5):/;

function makeItself(params: Params): string[] {
  const words = (units: readonly string[]): string => units.join(' ');
  return [
    'sh',
    '-e',
    '-c',
    SCRIPT,
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
