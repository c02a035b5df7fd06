/** Can anybody log in, and are the keys and hashes what they say? */
import type { AdminSettings, DomuSettings, HostSettings } from '../../profile/effective.ts';
import { domuHasAddress, hasPassword, hostHasAddress } from '../../profile/ways-in.ts';
import { listsOf } from '../../plan/distributions/table.ts';
import { PYGRUB_USER } from '../../plan/domu/pygrub-user.ts';
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
/** Where somebody is to log in: the system's release tells which names it has already. */
type System = Pick<HostSettings | DomuSettings, 'distribution' | 'release'>;

/** Dom0's users that Xenwright makes itself, and what for. */
const OWN_ACCOUNTS: ReadonlyMap<string, string> = new Map([[PYGRUB_USER.name, 'xenwright']]);

export const loginIsPossible: Rule = (profile, facts) => [
  ...checkAdmin(profile.host.admin, ['host', 'admin']),
  ...checkWays(profile.host.admin, hostHasAddress(profile.host), ['host', 'admin'], { key: 'parts.theHost' }),
  ...checkName(profile.host.admin.user, profile.host, ['host', 'admin', 'user'], OWN_ACCOUNTS),
  ...domuLoginsArePossible(profile, facts),
];

const domuLoginsArePossible = ofEachDomu(
  ({ host }) => [host.admin, host.distribution, host.release],
  (domu, path, inherited, distribution, release) => {
    const { name, admin } = domu;
    if (admin !== inherited)
      return [
        ...checkAdmin(admin, [...path, 'admin']),
        ...checkWays(admin, domuHasAddress(domu), [...path, 'admin'], name),
        ...checkName(admin.user, domu, [...path, 'admin', 'user']),
      ];
    // What the host's release has too is said there.
    const ofHost = checkName(admin.user, { distribution, release }, []);
    return [
      // Of the same person the host has said what is so with any address.
      ...(domuHasAddress(domu) ? [] : checkWays(admin, false, path, name).filter(() => admin.sshKeys.length > 0)),
      ...(ofHost.length > 0 ? [] : checkName(admin.user, domu, [...path, 'admin'])),
    ];
  },
);

/** useradd refuses a name that a user or a group has; root is the one user of the system who may log in. */
function checkName(
  user: string | null,
  { distribution, release }: System,
  path: Path,
  more: ReadonlyMap<string, string> = new Map(),
): Finding[] {
  if (user === null || user === 'root') return [];
  const origin = listsOf(distribution)?.accounts(release).get(user) ?? more.get(user);
  return origin === undefined ? [] : [invalid('system-user', path, { user, release, origin })];
}

function checkAdmin(admin: AdminSettings, path: Path): Finding[] {
  const findings: Finding[] = admin.sshKeys.flatMap((key, index) => {
    const problem = sshKeyProblem(key);
    return problem === null ? [] : [invalid('bad-ssh-key', [...path, 'sshKeys', index], { problem })];
  });
  // The value is never repeated: it may be a password.
  if (admin.passwordHash !== null && !HASHES.some((form) => form.test(admin.passwordHash ?? '')))
    findings.push(
      invalid(`bad-password-hash.${/^[!*]/.test(admin.passwordHash) ? 'locked' : 'form'}`, [...path, 'passwordHash']),
    );
  if (admin.passwordHash !== null && admin.password !== null)
    findings.push(invalid('two-passwords', [...path, 'password']));
  return findings;
}

/** Only warnings: files, packages and commands of the profile may bring a way of their own. */
function checkWays(admin: AdminSettings, hasAddress: boolean, path: Path, who: Word): Finding[] {
  if (hasPassword(admin)) return [];
  if (admin.sshKeys.length === 0) return [warning('no-login.nothing', path, { who })];
  return [warning(hasAddress ? 'no-console-login' : 'no-login.address', path, { who })];
}
