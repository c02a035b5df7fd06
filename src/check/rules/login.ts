/** Can anybody log in, and are the keys and hashes what they say? */
import type { AdminSettings } from '../../profile/effective.ts';
import { sshKeyProblem } from '../ssh-key.ts';
import { invalid, warning, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

/** crypt(5): yescrypt, gost-yescrypt, scrypt, bcrypt, SHA-512, SHA-256. Older ones are refused by today's libraries. */
const HASHES = [
  /^\$(y|gy)\$[./A-Za-z0-9]+\$[./A-Za-z0-9]{0,86}\$[./A-Za-z0-9]{43}$/,
  /^\$7\$[./A-Za-z0-9]{11,97}\$[./A-Za-z0-9]{43}$/,
  /^\$2[abxy]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/,
  /^\$6\$(rounds=[1-9]\d{0,8}\$)?[^$:\n]{1,16}\$[./A-Za-z0-9]{86}$/,
  /^\$5\$(rounds=[1-9]\d{0,8}\$)?[^$:\n]{1,16}\$[./A-Za-z0-9]{43}$/,
];
/** Users that every Debian has already: base-passwd, and daemons of ours. */
const SYSTEM_USERS = new Set(['daemon', 'bin', 'sys', 'sync', 'games', 'man', 'lp', 'mail', 'news', 'uucp', 'proxy', 'www-data', 'backup', 'list', 'irc', '_apt', 'nobody', 'sshd', 'messagebus', 'systemd-network', 'systemd-resolve', 'systemd-timesync', 'sudo', 'adm', 'staff', 'users']);

export const loginIsPossible: Rule = (profile) => [
  ...checkAdmin(profile.host.admin, ['host', 'admin'], 'the host'),
  ...profile.domus.flatMap((domu, index) => (domu.admin === profile.host.admin ? [] : checkAdmin(domu.admin, ['domus', index, 'admin'], domu.name))),
];

function checkAdmin(admin: AdminSettings, path: Path, who: string): Finding[] {
  const hasPassword = admin.passwordHash !== null || admin.password !== null;
  const findings: Finding[] = admin.sshKeys.flatMap((key, index) => {
    const problem = sshKeyProblem(key);
    return problem === null ? [] : [invalid('bad-ssh-key', [...path, 'sshKeys', index], `not an OpenSSH public key: ${problem}`, 'one line as in ~/.ssh/id_ed25519.pub')];
  });
  if (admin.user !== null && SYSTEM_USERS.has(admin.user)) findings.push(invalid('system-user', [...path, 'user'], `${admin.user} is a user or group of the system itself`, 'choose another name, or null for root only'));
  // The value is never repeated: it may be a password.
  if (admin.passwordHash !== null && !HASHES.some((form) => form.test(admin.passwordHash ?? ''))) findings.push(invalid('bad-password-hash', [...path, 'passwordHash'], /^[!*]/.test(admin.passwordHash) ? 'a locked password lets nobody in' : 'not a crypt(5) hash of today', 'make one: openssl passwd -6; without a password leave it out'));
  if (admin.passwordHash !== null && admin.password !== null) findings.push(invalid('two-passwords', [...path, 'password'], 'passwordHash and password exclude each other', 'leave one out'));
  // Only warnings: files, packages and commands of the profile may bring a way of their own.
  if (!hasPassword && admin.sshKeys.length === 0) findings.push(warning('no-login', path, `there is no way to log in to ${who}, neither at the console nor by SSH: no key, no password`, 'give sshKeys, passwordHash or password'));
  else if (!hasPassword) findings.push(warning('no-console-login', path, `without a password nobody can log in to ${who} at the console`, 'give passwordHash as well, or rely on SSH'));
  return findings;
}
