/** Addresses for rules: parsing that gives null instead of throwing, and questions about networks. Pure. */
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Network = [Address, number];
export const ADDRESS_WORDS: readonly string[] = ['dhcp4', 'dhcp6', 'slaac'];

export function parseAddress(text: string): Address | null {
  return ipaddr.isValid(text) && !/^\d+$/.test(text) ? ipaddr.parse(text) : null;
}

export function parseCidr(text: string): Network | null {
  try {
    return text.includes('/') ? (ipaddr.parseCIDR(text) as Network) : null;
  } catch {
    return null;
  }
}

export function isInside(address: Address, network: Network): boolean {
  return address.kind() === network[0].kind() && address.match(network as [ipaddr.IPv4, number] & [ipaddr.IPv6, number]);
}

/** IPv4 only: with /31 and /32 every address is a host's (RFC 3021). */
export function isNetworkOrBroadcast([address, prefix]: Network): boolean {
  if (address.kind() !== 'ipv4' || prefix >= 31) return false;
  const cidr = `${address.toString()}/${prefix}`;
  return [ipaddr.IPv4.networkAddressFromCIDR(cidr), ipaddr.IPv4.broadcastAddressFromCIDR(cidr)].some((edge) => edge.toString() === address.toString());
}
