/** Who can log in to each domain, where and how: what check, the review and the report all say. Pure. */
import type { AdminSettings, DomuSettings, EffectiveProfile } from './effective.ts';

/** How somebody gets in, and becomes root. */
export interface Login {
  readonly user: string;
  /** By SSH. */
  readonly byKey: boolean;
  /** By SSH: only where there is no key, and never root. */
  readonly bySshPassword: boolean;
  /** At the console. */
  readonly byPassword: boolean;
  /** `itself`: it is root who logs in; otherwise by sudo, with the password or without one. */
  readonly root: 'itself' | 'password' | 'free';
}

/** Who has keys and no password cannot type one: sudo does not ask for it. root needs no sudo. */
export function becomesRootFreely({ user, sshKeys, ...passwords }: AdminSettings): boolean {
  return user !== null && user !== 'root' && sshKeys.length > 0 && !hasPassword(passwords);
}

/** Is a password given, in whatever form? */
export function hasPassword({ passwordHash, password }: Pick<AdminSettings, 'passwordHash' | 'password'>): boolean {
  return passwordHash !== null || password !== null;
}

/** By domain (`dom0`, DomUs) in the order of the profile; null: nobody can. What is installed by hand is not known. */
export function loginsOf({ host, domus }: EffectiveProfile): Record<string, Login | null> {
  return Object.fromEntries([
    ['dom0', loginOf(host.admin, hostHasAddress(host))],
    ...domus
      .filter(({ distribution }) => distribution !== 'none')
      .map((domu) => [domu.name, loginOf(domu.admin, domuHasAddress(domu))] as const),
  ]);
}

/** On a bridge of its own network the host has the address of its guests' gateway. */
export function hostHasAddress({ network }: Pick<EffectiveProfile['host'], 'network'>): boolean {
  return network.bridges.some(({ addresses, mode }) => addresses.length > 0 || mode !== 'bridged');
}

/** Without an address SSH reaches nobody. */
export function domuHasAddress({ network }: Pick<DomuSettings, 'network'>): boolean {
  return network.some(({ addresses }) => addresses.length > 0);
}

function loginOf(admin: AdminSettings, hasAddress: boolean): Login | null {
  const user = admin.user ?? 'root';
  const byPassword = hasPassword(admin);
  const byKey = hasAddress && admin.sshKeys.length > 0;
  const bySshPassword = hasAddress && byPassword && admin.sshKeys.length === 0 && user !== 'root';
  if (!byKey && !byPassword) return null;
  const root = user === 'root' ? 'itself' : becomesRootFreely(admin) ? 'free' : 'password';
  return { user, byKey, bySshPassword, byPassword, root };
}
