/** Addresses, gateways, routes and name servers of one interface, the host's or a DomU's: syntax and reachability. */
import { listed } from '../../i18n/phrase.ts';
import {
  ADDRESS_WORDS,
  addressProblem,
  isInside,
  nameServerProblem,
  parseAddress,
  parseCidr,
  routerProblem,
  type Address,
  type Network,
} from '../addresses.ts';
import { invalid, ofEachDomu, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

interface Interface {
  readonly path: Path;
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly onLink: boolean;
  readonly dns: readonly string[];
}

export const addressesAreSound: Rule = (profile, facts) => [
  ...profile.host.network.bridges.flatMap((bridge, index) => {
    const path = ['host', 'network', 'bridges', index];
    return [
      ...checkInterface({ path, ...bridge }),
      ...bridge.routes.flatMap((route, number) => checkRoute(route, bridge, [...path, 'routes', number])),
      ...(bridge.guests?.addresses ?? []).flatMap((address, number) =>
        checkAddress(address, [...path, 'guests', 'addresses', number], 'guests'),
      ),
    ];
  }),
  ...domusAreSound(profile, facts),
];

const domusAreSound = ofEachDomu(
  () => [],
  (domu, path) => domu.network.flatMap((nic, number) => checkInterface({ path: [...path, 'network', number], ...nic })),
);

function checkInterface(nic: Interface): Finding[] {
  const own = networksOf(nic.addresses);
  const families = new Set<string>();
  return [
    ...nic.addresses.flatMap((address, index) =>
      ADDRESS_WORDS.includes(address) ? [] : checkAddress(address, [...nic.path, 'addresses', index], 'network'),
    ),
    ...nic.gateways.flatMap((gateway, index) => {
      const path = [...nic.path, 'gateways', index];
      const address = parseAddress(gateway);
      if (address === null) return [invalid('bad-address.gateway', path, { address: gateway })];
      const second = families.has(address.kind());
      families.add(address.kind());
      if (second) return [invalid('two-gateways', path, { family: address.kind() === 'ipv4' ? 'IPv4' : 'IPv6' })];
      const problem = checkRouter(gateway, address, own, path);
      if (problem !== null) return [problem];
      if (nic.onLink || isReachable(address, own)) return [];
      return [
        invalid('gateway-unreachable', path, {
          gateway,
          networks: listed(nic.addresses, { key: 'parts.thisInterface' }),
        }),
      ];
    }),
    ...nic.dns.flatMap((server, index) => checkNameServer(server, [...nic.path, 'dns', index])),
  ];
}

function checkNameServer(server: string, path: Path): Finding[] {
  const address = parseAddress(server);
  if (address === null) return [invalid('bad-address.dns', path, { address: server })];
  const problem = nameServerProblem(address);
  return problem === null ? [] : [invalid('unusable-address', path, { address: server, problem })];
}

/** Gateways, and the routers of routes. */
function checkRouter(gateway: string, address: Address, own: readonly Network[], path: Path): Finding | null {
  if (own.some(([mine]) => mine.toString() === address.toString()))
    return invalid('gateway-is-self', path, { gateway });
  const problem = routerProblem(address, own);
  return problem === null ? null : invalid('unusable-address', path, { address: gateway, problem });
}

function checkAddress(text: string, path: Path, kind: 'network' | 'guests'): Finding[] {
  const network = parseCidr(text);
  if (network === null) return [invalid(`bad-address.${kind}`, path, { address: text })];
  const problem = addressProblem(network);
  return problem === null ? [] : [invalid('unusable-address', path, { address: text, problem })];
}

function checkRoute(
  route: { readonly to: string; readonly via: string },
  nic: { readonly addresses: readonly string[]; readonly onLink: boolean },
  path: Path,
): Finding[] {
  const to = parseCidr(route.to);
  const via = parseAddress(route.via);
  if (to === null) return [invalid('bad-route.to', [...path, 'to'], { to: route.to })];
  if (via === null) return [invalid('bad-route.via', [...path, 'via'], { via: route.via })];
  if (to[0].kind() !== via.kind())
    return [invalid('bad-route.families', [...path, 'via'], { to: route.to, via: route.via })];
  const own = networksOf(nic.addresses);
  const problem = checkRouter(route.via, via, own, [...path, 'via']);
  if (problem !== null) return [problem];
  if (nic.onLink || isReachable(via, own)) return [];
  // With DHCP the network is only known later.
  return nic.addresses.some((address) => ADDRESS_WORDS.includes(address))
    ? []
    : [
        invalid('route-unreachable', [...path, 'via'], {
          via: route.via,
          networks: listed(nic.addresses, { key: 'parts.thisInterface' }),
        }),
      ];
}

function isReachable(gateway: Address, networks: readonly Network[]): boolean {
  return gateway.range() === 'linkLocal' || networks.some((network) => isInside(gateway, network));
}

function networksOf(addresses: readonly string[]): Network[] {
  return addresses.map(parseCidr).filter((network) => network !== null);
}
