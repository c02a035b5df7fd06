/** Can anybody log in, and are the keys and hashes what they say? */
import type { AdminSettings } from '../../profile/effective.ts';
import type { Word } from '../../i18n/phrase.ts';
import { sshKeyProblem } from '../ssh-key.ts';
import { invalid, warning, ofEachDomu, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

/** crypt(5): yescrypt, gost-yescrypt, scrypt, bcrypt, SHA-512, SHA-256. Older ones are refused by today's libraries. */
const HASHES = [
  /^\$(y|gy)\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{0,86}\$[./A-Za-z0-9]{43}$/,
  /^\$7\$[./A-Za-z0-9]{11,97}\$[./A-Za-z0-9]{43}$/,
  // The last character of the salt has two bits.
  /^\$2[abxy]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{21}[.Oeu][./A-Za-z0-9]{31}$/,
  // Fewer rounds than a thousand are none to the library: nobody could log in.
  /^\$6\$(rounds=[1-9]\d{3,8}\$)?[!-#%-9;-~]{0,16}\$[./A-Za-z0-9]{86}$/,
  /^\$5\$(rounds=[1-9]\d{3,8}\$)?[!-#%-9;-~]{0,16}\$[./A-Za-z0-9]{43}$/,
];
/** Users that every Debian has already: base-passwd, and daemons of ours. */
const SYSTEM_USERS = new Set([
  'daemon',
  'bin',
  'sys',
  'sync',
  'games',
  'man',
  'lp',
  'mail',
  'news',
  'uucp',
  'proxy',
  'www-data',
  'backup',
  'list',
  'irc',
  '_apt',
  'nobody',
  'sshd',
  'messagebus',
  'systemd-network',
  'systemd-resolve',
  'systemd-timesync',
  'sudo',
  'adm',
  'staff',
  'users',
]);

export const loginIsPossible: Rule = (profile, facts) => [
  ...checkAdmin(profile.host.admin, ['host', 'admin'], { key: 'parts.theHost' }),
  ...domuLoginsArePossible(profile, facts),
];

const domuLoginsArePossible = ofEachDomu(
  ({ host }) => [host.admin],
  ({ name, admin }, path, inherited) => (admin === inherited ? [] : checkAdmin(admin, [...path, 'admin'], name)),
);

function checkAdmin(admin: AdminSettings, path: Path, who: Word): Finding[] {
  const hasPassword = admin.passwordHash !== null || admin.password !== null;
  const findings: Finding[] = admin.sshKeys.flatMap((key, index) => {
    const problem = sshKeyProblem(key);
    return problem === null ? [] : [invalid('bad-ssh-key', [...path, 'sshKeys', index], { problem })];
  });
  if (admin.user !== null && SYSTEM_USERS.has(admin.user))
    findings.push(invalid('system-user', [...path, 'user'], { user: admin.user }));
  // The value is never repeated: it may be a password.
  if (admin.passwordHash !== null && !HASHES.some((form) => form.test(admin.passwordHash ?? '')))
    findings.push(
      invalid(`bad-password-hash.${/^[!*]/.test(admin.passwordHash) ? 'locked' : 'form'}`, [...path, 'passwordHash']),
    );
  if (admin.passwordHash !== null && admin.password !== null)
    findings.push(invalid('two-passwords', [...path, 'password']));
  // Only warnings: files, packages and commands of the profile may bring a way of their own.
  if (!hasPassword && admin.sshKeys.length === 0) findings.push(warning('no-login', path, { who }));
  else if (!hasPassword) findings.push(warning('no-console-login', path, { who }));
  return findings;
}
