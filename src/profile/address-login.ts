/**
 * Names and passwords inside addresses (`https://name:password@mirror/debian`): taken out of whatever is shown or kept,
 * and handed to apt as apt_auth.conf(5) in a file for root alone. Pure.
 */
import type { EffectiveProfile, SourceSettings } from './effective.ts';
import { withoutLastSlashes } from './slashes.ts';

/** Scheme, who is named, host and port, the rest. Not by URL: apt compares hosts and ports as they are written. */
const WITH_LOGIN = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#\s]*)@([^/?#@\s]*)([^?#\s]*)/i;

/** What apt is told of one address. `machine`: of which addresses it is true. */
export interface AddressLogin {
  readonly machine: string;
  readonly user: string;
  readonly password: string;
}
/** An address of the profile and where it stands. */
export interface NamedAddress {
  readonly path: readonly (string | number)[];
  readonly address: string;
  readonly isProxy: boolean;
}

/** The address alone. */
export function withoutLogin(address: string): string {
  return address.replace(
    WITH_LOGIN,
    (_, scheme: string, _who, host: string, rest: string) => `${scheme}${host}${rest}`,
  );
}

/** For messages, also of what is no sound address: everything up to the last @ is left out. */
export function shownAddress(address: string): string {
  return address.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1…@');
}

/** Is somebody named in it? */
export function hasLogin(address: string): boolean {
  return WITH_LOGIN.test(address);
}

/**
 * Null where nobody is named, `unfit` where apt could not be told: by another scheme, with blanks in it, or not
 * readable.
 */
export function loginOf(address: string, isProxy: boolean): AddressLogin | 'unfit' | null {
  const [, scheme = '', who = '', host = '', path = ''] = WITH_LOGIN.exec(address) ?? [];
  if (scheme === '') return null;
  const colon = who.indexOf(':');
  const [user, password] = [
    decoded(colon < 0 ? who : who.slice(0, colon)),
    decoded(colon < 0 ? '' : who.slice(colon + 1)),
  ];
  if (!/^https?:\/\/$/i.test(scheme) || host === '' || user === null || password === null) return 'unfit';
  // One word each: there are no quotes in that file. No colon: whoever is asked takes the first one for the end of the
  // name.
  if (!/^[^\s\p{Cc}:]+$/u.test(user) || /[\s\p{Cc}]/u.test(password)) return 'unfit';
  // Of brackets around an address of version 6 apt has taken leave when it looks here.
  const machine = `${scheme.toLowerCase()}${host.replace(/^\[(.*)\]/, '$1')}`;
  return { machine: isProxy ? machine : `${machine}${withoutLastSlashes(path)}/`, user, password };
}

/** Where addresses for apt stand in a profile. `path`: of the source; a DomU's may be the host's. */
export function aptAddresses(
  { mirror, securityMirror, extra }: SourceSettings,
  path: NamedAddress['path'],
  proxy: string | null,
): NamedAddress[] {
  return [
    { path: [...path, 'mirror'], address: mirror, isProxy: false },
    { path: [...path, 'securityMirror'], address: securityMirror, isProxy: false },
    ...extra.map(({ uri }, index) => ({ path: [...path, 'extra', index, 'uri'], address: uri, isProxy: false })),
    ...(proxy === null ? [] : [{ path: ['host', 'proxy'], address: proxy, isProxy: true }]),
  ];
}

/**
 * The text of a file under /etc/apt/auth.conf.d; empty where nobody is named. Longer machines first: the first that
 * fits counts.
 */
export function aptLogins(source: SourceSettings, proxy: string | null): string {
  const known = new Map<string, AddressLogin>();
  for (const { address, isProxy } of aptAddresses(source, [], proxy)) {
    const login = loginOf(address, isProxy);
    if (login !== null && login !== 'unfit') known.set(login.machine, login);
  }
  return [...known.values()]
    .toSorted((a, b) => b.machine.length - a.machine.length)
    .map(
      ({ machine, user, password }) =>
        `machine ${machine} login ${user}${password === '' ? '' : ` password ${password}`}\n`,
    )
    .join('');
}

/** By this name the secrets port knows what apt is told. `owner`: `host` or `domus.NAME`. */
export function loginSecret(owner: string): string {
  return `${owner}.apt`;
}

/** What `loginSecret` names; null for another name. */
export function namedLogins({ host, domus }: EffectiveProfile, name: string): string | null {
  const [, , domu] = /^(host|domus\.(.+))\.apt$/s.exec(name) ?? [null];
  if (name === loginSecret('host')) return aptLogins(host.source, host.proxy);
  const found = domus.find((one) => one.name === domu);
  return found === undefined ? null : aptLogins(found.source, host.proxy);
}

/** What of an address must be seen nowhere: the password as it is and as it is written; the name where it stands alone. */
export function secretsInAddress(address: string): string[] {
  const [, , who = ''] = WITH_LOGIN.exec(address) ?? [];
  const secret = who.includes(':') ? who.slice(who.indexOf(':') + 1) : who;
  return [secret, decodedOrAsWritten(secret)].filter((one) => one !== '');
}

/** A name or password of an address as it is meant; what has percent signs of its own (`%zz`) means itself. */
export function decodedOrAsWritten(text: string): string {
  return decoded(text) ?? text;
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
