/** Addresses, gateways, routes and name servers of one interface, the host's or a DomU's: syntax and reachability. */
import { ADDRESS_WORDS, addressProblem, isInside, parseAddress, parseCidr, type Address, type Network } from '../addresses.ts';
import { invalid, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

interface Interface { readonly path: Path; readonly addresses: readonly string[]; readonly gateways: readonly string[]; readonly onLink: boolean; readonly dns: readonly string[] }

export const addressesAreSound: Rule = (profile) => [
  ...profile.host.network.bridges.flatMap((bridge, index) => {
    const path = ['host', 'network', 'bridges', index];
    return [
      ...checkInterface({ path, ...bridge }),
      ...bridge.routes.flatMap((route, number) => checkRoute(route, bridge, [...path, 'routes', number])),
      ...(bridge.guests?.addresses ?? []).flatMap((address, number) => checkAddress(address, [...path, 'guests', 'addresses', number], 'write it like 10.10.0.1/24 or fd00:10::1/64')),
    ];
  }),
  ...profile.domus.flatMap((domu, index) => domu.network.flatMap((nic, number) => checkInterface({ path: ['domus', index, 'network', number], ...nic }))),
];

function checkInterface(nic: Interface): Finding[] {
  const own = networksOf(nic.addresses);
  const families = new Set<string>();
  return [
    ...nic.addresses.flatMap((address, index) => (ADDRESS_WORDS.includes(address) ? [] : checkAddress(address, [...nic.path, 'addresses', index], 'write it like 192.0.2.10/24 or 2001:db8::10/64, or dhcp4, dhcp6, slaac'))),
    ...nic.gateways.flatMap((gateway, index) => {
      const path = [...nic.path, 'gateways', index];
      const address = parseAddress(gateway);
      if (address === null) return [invalid('bad-address', path, `${gateway} is not an address`, 'write it like 192.0.2.1 or fe80::1, without a prefix length')];
      const second = families.has(address.kind());
      families.add(address.kind());
      if (second) return [invalid('two-gateways', path, `a second ${address.kind() === 'ipv4' ? 'IPv4' : 'IPv6'} gateway`, 'one per family')];
      if (own.some(([mine]) => mine.toString() === address.toString())) return [invalid('gateway-is-self', path, `${gateway} is the address of this interface itself`, 'name the router')];
      if (nic.onLink || isReachable(address, own)) return [];
      return [invalid('gateway-unreachable', path, `the gateway ${gateway} lies in none of the networks of ${nic.addresses.join(', ') || 'this interface'}`, 'correct it, or set onLink: true when the provider says so')];
    }),
    ...nic.dns.flatMap((server, index) => (parseAddress(server) === null ? [invalid('bad-address', [...nic.path, 'dns', index], `${server} is not an address`, 'name servers are given by address, like 192.0.2.53')] : [])),
  ];
}

function checkAddress(text: string, path: Path, hint: string): Finding[] {
  const network = parseCidr(text);
  if (network === null) return [invalid('bad-address', path, `${text} is not an address with its prefix length`, hint)];
  const problem = addressProblem(network);
  return problem === null ? [] : [invalid('unusable-address', path, `${text} cannot be used: ${problem}`, 'choose an address of one machine')];
}

function checkRoute(route: { readonly to: string; readonly via: string }, nic: { readonly addresses: readonly string[]; readonly onLink: boolean }, path: Path): Finding[] {
  const to = parseCidr(route.to);
  const via = parseAddress(route.via);
  if (to === null) return [invalid('bad-route', [...path, 'to'], `${route.to} is not a network`, 'write it like 10.0.0.0/8; the default route is given by gateways')];
  if (via === null) return [invalid('bad-route', [...path, 'via'], `${route.via} is not an address`)];
  if (to[0].kind() !== via.kind()) return [invalid('bad-route', [...path, 'via'], `${route.to} and ${route.via} are of different families`)];
  if (nic.onLink || isReachable(via, networksOf(nic.addresses))) return [];
  // With DHCP the network is only known later.
  return nic.addresses.some((address) => ADDRESS_WORDS.includes(address)) ? [] : [invalid('route-unreachable', [...path, 'via'], `${route.via} lies in none of the networks of ${nic.addresses.join(', ') || 'this interface'}`, 'correct it, or set onLink: true')];
}

function isReachable(gateway: Address, networks: readonly Network[]): boolean {
  return gateway.range() === 'linkLocal' || networks.some((network) => isInside(gateway, network));
}

function networksOf(addresses: readonly string[]): Network[] {
  return addresses.map(parseCidr).filter((network) => network !== null);
}
