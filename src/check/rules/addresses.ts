/** Addresses, gateways and routes: syntax, networks, reachability, doubles. */
import ipaddr from 'ipaddr.js';
import { ADDRESS_WORDS, isInside, isNetworkOrBroadcast, parseAddress, parseCidr } from '../addresses.ts';
import { invalid, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

interface Interface { readonly path: Path; readonly addresses: readonly string[]; readonly gateways: readonly string[]; readonly onLink: boolean; readonly dns: readonly string[] }

export const addressesAreSound: Rule = (profile) => [
  ...profile.host.network.bridges.flatMap((bridge, index) => [
    ...checkInterface({ path: ['host', 'network', 'bridges', index], ...bridge }),
    ...bridge.routes.flatMap((route, number) => [
      ...(parseCidr(route.to) === null ? [invalid('bad-route', ['host', 'network', 'bridges', index, 'routes', number, 'to'], `${route.to} is not a network`, 'write it like 10.0.0.0/8')] : []),
      ...(parseAddress(route.via) === null ? [invalid('bad-route', ['host', 'network', 'bridges', index, 'routes', number, 'via'], `${route.via} is not an address`)] : []),
    ]),
  ]),
  ...profile.domus.flatMap((domu, index) => domu.network.flatMap((nic, number) => checkInterface({ path: ['domus', index, 'network', number], ...nic }))),
];

function checkInterface(nic: Interface): Finding[] {
  const findings: Finding[] = [];
  nic.addresses.forEach((address, index) => {
    if (ADDRESS_WORDS.includes(address)) return;
    const path = [...nic.path, 'addresses', index];
    const parsed = parseCidr(address);
    if (parsed === null) findings.push(invalid('bad-address', path, `${address} is not an address with its prefix length`, 'write it like 192.0.2.10/24 or 2001:db8::10/64, or dhcp4, dhcp6, slaac'));
    else if (isNetworkOrBroadcast(parsed)) findings.push(invalid('network-address', path, `${address} is the address of the network itself or its broadcast address`, 'choose one in between'));
  });
  const families = new Set<string>();
  nic.gateways.forEach((gateway, index) => {
    const path = [...nic.path, 'gateways', index];
    const address = parseAddress(gateway);
    if (address === null) {
      findings.push(invalid('bad-address', path, `${gateway} is not an address`));
      return;
    }
    if (families.has(address.kind())) findings.push(invalid('two-gateways', path, `a second ${address.kind() === 'ipv4' ? 'IPv4' : 'IPv6'} gateway`, 'one per family'));
    families.add(address.kind());
    if (!nic.onLink && !isReachable(address, nic.addresses)) findings.push(invalid('gateway-unreachable', path, `the gateway ${gateway} lies in none of the networks of ${nic.addresses.join(', ') || 'this interface'}`, 'correct it, or set onLink: true when the provider says so'));
  });
  nic.dns.forEach((server, index) => {
    if (parseAddress(server) === null) findings.push(invalid('bad-address', [...nic.path, 'dns', index], `${server} is not an address`));
  });
  return findings;
}

function isReachable(gateway: ipaddr.IPv4 | ipaddr.IPv6, addresses: readonly string[]): boolean {
  if (gateway.range() === 'linkLocal') return true;
  return addresses.some((address) => {
    const network = parseCidr(address);
    return network !== null && isInside(gateway, network);
  });
}

/** No address twice on the host, whoever has it. */
export const addressesAreUnique: Rule = (profile) => {
  const seen = new Map<string, string>();
  const findings: Finding[] = [];
  const note = (addresses: readonly string[], owner: string, path: Path): void => addresses.forEach((address, index) => {
    const parsed = parseCidr(address);
    if (parsed === null) return;
    const key = parsed[0].toString();
    const other = seen.get(key);
    if (other !== undefined) findings.push(invalid('duplicate-address', [...path, index], `${other} has the address ${key} too`));
    else seen.set(key, owner);
  });
  profile.host.network.bridges.forEach((bridge, index) => {
    note(bridge.addresses, 'the host', ['host', 'network', 'bridges', index, 'addresses']);
    note(bridge.guests?.addresses ?? [], 'the host', ['host', 'network', 'bridges', index, 'guests', 'addresses']);
  });
  profile.domus.forEach((domu, index) => domu.network.forEach((nic, number) => note(nic.addresses, domu.name, ['domus', index, 'network', number, 'addresses'])));
  return findings;
};
