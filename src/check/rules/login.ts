/** Can anybody log in, and are the keys and hashes what they say? */
import type { AdminSettings } from '../../profile/effective.ts';
import { isSshKey } from '../ssh-key.ts';
import { invalid, warning, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

/** crypt(5): yescrypt, gost-yescrypt, bcrypt, SHA-512, SHA-256. Older ones are refused by today's libraries. */
const HASH = /^\$(y|gy|2[aby]|6|5)\$[^\s:]{20,}$/;

export const loginIsPossible: Rule = (profile) => [
  ...checkAdmin(profile.host.admin, ['host', 'admin'], 'the host'),
  ...profile.domus.flatMap((domu, index) => (domu.admin === profile.host.admin ? [] : checkAdmin(domu.admin, ['domus', index, 'admin'], domu.name))),
];

function checkAdmin(admin: AdminSettings, path: Path, who: string): Finding[] {
  const hasPassword = admin.passwordHash !== null || admin.password !== null;
  const findings: Finding[] = admin.sshKeys.flatMap((key, index) => (isSshKey(key) ? [] : [invalid('bad-ssh-key', [...path, 'sshKeys', index], 'not an OpenSSH public key', 'one line as in ~/.ssh/id_ed25519.pub; it may have been cut off')]));
  if (admin.passwordHash !== null && !HASH.test(admin.passwordHash)) findings.push(invalid('bad-password-hash', [...path, 'passwordHash'], 'not a crypt(5) hash', 'make one: openssl passwd -6'));
  if (admin.passwordHash !== null && admin.password !== null) findings.push(invalid('two-passwords', [...path, 'password'], 'passwordHash and password exclude each other'));
  if (!hasPassword && admin.sshKeys.length === 0) findings.push(invalid('no-login', path, `nobody could log in to ${who}: no key, no password`, 'give sshKeys, passwordHash or password'));
  else if (!hasPassword) findings.push(warning('no-console-login', path, `without a password nobody can log in to ${who} at the console`, 'give passwordHash as well, or rely on SSH'));
  return findings;
}
