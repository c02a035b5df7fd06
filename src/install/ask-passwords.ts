/**
 * Passwords that a profile leaves to be asked (`password: "prompt:"`): typed once per login, before anything is
 * written.
 */
import { english } from '../i18n/english.ts';
import { isDeepStrictEqual } from 'node:util';
import { EXIT, failure } from '../errors.ts';
import type { AdminSettings, EffectiveProfile } from '../profile/effective.ts';

export interface Asking {
  readonly interactive: boolean;
  /** Reads a line without showing it. */
  askSecret(question: string): Promise<string>;
  tell(text: string): void;
}

/**
 * Passwords by the path of their admin (`host.admin`, `domus.NAME.admin`). A DomU that inherits its admin gets the
 * host's. Throws `needs-terminal` (exit 3).
 */
export async function askPasswords(profile: EffectiveProfile, asking: Asking): Promise<ReadonlyMap<string, string>> {
  const answers = new Map<string, string>();
  const admins: [string, string, AdminSettings][] = [
    ['host.admin', profile.host.hostname, profile.host.admin],
    ...profile.domus.map((domu): [string, string, AdminSettings] => [
      `domus.${domu.name}.admin`,
      domu.name,
      domu.admin,
    ]),
  ];
  for (const [path, name, admin] of admins) {
    if (!isAsked(admin)) continue;
    const host = answers.get('host.admin');
    if (host !== undefined && isDeepStrictEqual(admin, profile.host.admin)) answers.set(path, host);
    else answers.set(path, await ask(path, { user: admin.user ?? 'root', host: name }, asking));
  }
  if (profile.report.webhook?.secret === 'prompt:') {
    if (!asking.interactive) throw failure('needs-terminal.webhook', EXIT.profile);
    answers.set('report.webhook', await asking.askSecret(english('cli.passwords.webhook')));
  }
  return answers;
}

function isAsked(admin: AdminSettings): boolean {
  return admin.passwordHash === null && admin.password?.startsWith('prompt:') === true;
}

async function ask(
  path: string,
  whose: { readonly user: string; readonly host: string },
  asking: Asking,
): Promise<string> {
  if (!asking.interactive) throw failure('needs-terminal.password', EXIT.profile, { path });
  for (;;) {
    const first = await asking.askSecret(english('cli.passwords.question', whose));
    if (first === '') asking.tell(`${english('cli.passwords.empty')}\n`);
    else if (first === (await asking.askSecret(english('cli.passwords.again')))) return first;
    else asking.tell(`${english('cli.passwords.differ')}\n`);
  }
}
