/** How each domain of a host can be logged in to: what the last screen and the summary say of it. Pure. */
import type { AdminSettings, EffectiveProfile } from '../profile/effective.ts';
import type { Login } from '../report/summary.ts';

/** By domain (`dom0`, DomUs); null: nobody can. */
export function loginsOf({ host, domus }: EffectiveProfile): Record<string, Login | null> {
  return Object.fromEntries([['dom0', loginOf(host.admin)], ...domus.map(({ name, admin }) => [name, loginOf(admin)])]);
}

function loginOf(admin: AdminSettings): Login | null {
  const [byKey, byPassword] = [admin.sshKeys.length > 0, admin.passwordHash !== null || admin.password !== null];
  return byKey || byPassword ? { user: admin.user ?? 'root', byKey, byPassword } : null;
}
