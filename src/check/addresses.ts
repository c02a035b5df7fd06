/** Addresses for rules: parsing that gives null instead of throwing, and questions about networks. Pure. */
import ipaddr from 'ipaddr.js';
import type { Phrase } from '../i18n/phrase.ts';
import { memoizeByKey } from '../memoize.ts';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = [Address, number];
export const ADDRESS_WORDS: readonly string[] = ['dhcp4', 'dhcp6', 'slaac'];

/** Only the usual notations: four decimal parts, or IPv6 without a zone. */
export const parseAddress = memoizeByKey(
  (text: string): Address | null => {
    if (!/^(\d{1,3}(\.\d{1,3}){3}|[\da-fA-F:.]*:[\da-fA-F:.]*)$/.test(text) || !ipaddr.isValid(text)) return null;
    // A leading zero means octal to some programs and nothing to others.
    return /(^|\.)0\d/.test(text) && !text.includes(':') ? null : ipaddr.parse(text);
  },
  (text) => text,
);

/** An address with the prefix length of its network. */
export const parseCidr = memoizeByKey(
  (text: string): Network | null => {
    const [address, length, ...more] = text.split('/');
    const parsed = parseAddress(address ?? '');
    if (parsed === null || length === undefined || more.length > 0 || !/^\d{1,3}$/.test(length)) return null;
    const prefix = Number(length);
    return prefix <= bitsOf(parsed) ? [parsed, prefix] : null;
  },
  (text) => text,
);

export function bitsOf(address: Address): 32 | 128 {
  return address.kind() === 'ipv4' ? 32 : 128;
}

export function isInside(address: Address, network: Network): boolean {
  return (
    address.kind() === network[0].kind() && address.match(network as [ipaddr.IPv4, number] & [ipaddr.IPv6, number])
  );
}

export function overlap(a: Network, b: Network): boolean {
  return a[1] <= b[1] ? isInside(b[0], a) : isInside(a[0], b);
}

/** Why a machine cannot have this address; null when it can. */
export function addressProblem([address, prefix]: Network): Phrase | null {
  if (prefix === 0) return { key: 'parts.address.everything' };
  const range = rangeProblem(address, ['ipv4Mapped']);
  if (range !== null) return range;
  // With /31, /32, /127 and /128 every address is a machine's (RFC 3021, RFC 6164).
  if (bitsOf(address) - prefix < 2) return null;
  const bytes = address.toByteArray();
  const hostBits = (value: 0 | 255): boolean =>
    bytes.every((byte, index) => {
      const mask = hostMask(prefix, index);
      return (byte & mask) === (value & mask);
    });
  if (hostBits(0)) return { key: 'parts.address.network' };
  return address.kind() === 'ipv4' && hostBits(255) ? { key: 'parts.address.broadcast' } : null;
}

/** Why no machine answers there, in whichever network; null where one may. `more`: further ranges without one. */
export function rangeProblem(address: Address, more: readonly string[] = []): Phrase | null {
  return ['unspecified', 'broadcast', 'multicast', 'loopback', ...more].includes(address.range())
    ? { key: 'parts.address.range', values: { range: address.range() } }
    : null;
}

/** Why this address is no router's for an interface with these networks; null when it may be one's. */
export function routerProblem(address: Address, networks: readonly Network[]): Phrase | null {
  // A router of IPv6 may have the network's own address (RFC 4291, 2.6.1).
  return (
    rangeProblem(address) ??
    (address.kind() === 'ipv6'
      ? null
      : (networks
          .filter((network) => isInside(address, network))
          .map(([, prefix]) => addressProblem([address, prefix]))
          .find((problem) => problem !== null) ?? null))
  );
}

/** Why systemd-resolved asks nobody there; null when it does. It leaves out its own stub. */
export function nameServerProblem(address: Address): Phrase | null {
  if (['127.0.0.53', '127.0.0.54'].includes(address.toString())) return { key: 'parts.address.stub' };
  return address.range() === 'loopback' ? null : rangeProblem(address);
}

/** The bits of one byte that the prefix leaves to the machines. */
function hostMask(prefix: number, byteIndex: number): number {
  return 0xff >> Math.max(0, Math.min(8, prefix - byteIndex * 8));
}
