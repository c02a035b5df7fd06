/**
 * How one interface is addressed, as sections of a .network file: the same words for the host's bridges and the guests'
 * cards.
 */
import { parseAddress } from '../../check/addresses.ts';
import type { Route } from '../../profile/effective.ts';
import { systemdFile } from '../trees/content.ts';
import type { Metrics } from './default-routes.ts';

type Value = string | number | boolean | null | readonly string[];
/** Entries of one section; null ones are left out, a list repeats its key. */
export type Entries = Readonly<Record<string, Value>>;

/** What a profile says of an interface. */
export interface Addressing {
  /** CIDRs and the words dhcp4, dhcp6, slaac. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly onLink: boolean;
  readonly routes: readonly Route[];
  readonly dns: readonly string[];
  readonly mtu: number | null;
  /** Where its default routes stand among those of the machine. */
  readonly metrics: Metrics;
}

/** Those that are CIDRs, not words. */
export function fixedAddresses(addresses: readonly string[]): string[] {
  return addresses.filter((address) => address.includes('/'));
}

/** Name servers of a bridge that its guests can ask, too: what listens on the host's loopback is the host's alone. */
export function askedByGuests(servers: readonly string[]): string[] {
  return servers.filter((server) => parseAddress(server)?.range() !== 'loopback');
}

/** A .network file: `match`, then `extra` entries of [Network] and [Link], then addresses, gateways and routes. */
export function networkFile(
  match: Entries,
  addressing: Addressing,
  extra: { readonly link?: Entries; readonly network?: Entries; readonly more?: string } = {},
): string {
  const has = (word: string): boolean => addressing.addresses.includes(word);
  const none = addressing.addresses.length === 0;
  const dhcp = has('dhcp4') && has('dhcp6') ? 'yes' : has('dhcp4') ? 'ipv4' : has('dhcp6') ? 'ipv6' : 'no';
  const sections = systemdFile(
    ['Match', match],
    ['Link', { MTUBytes: addressing.mtu, ...extra.link }],
    [
      'Network',
      {
        Address: fixedAddresses(addressing.addresses),
        DHCP: dhcp,
        IPv6AcceptRA: has('slaac') || has('dhcp6'),
        DNS: addressing.dns,
        LinkLocalAddressing: none ? 'no' : 'ipv6',
        ...extra.network,
      },
    ],
    // The same lease with and without Xen, and after a reinstall: reservations are made by MAC.
    ...(has('dhcp4')
      ? [['DHCPv4', { ClientIdentifier: 'mac', UseMTU: true, RouteMetric: addressing.metrics.ipv4 }] as const]
      : []),
    ...(has('dhcp6') ? [['DHCPv6', { WithoutRA: 'solicit' }] as const] : []),
    ...(has('slaac') || has('dhcp6')
      ? [
          [
            'IPv6AcceptRA',
            {
              UseAutonomousPrefix: has('slaac') ? null : false,
              DHCPv6Client: has('dhcp6') ? null : false,
              RouteMetric: addressing.metrics.ipv6,
            },
          ] as const,
        ]
      : []),
  );
  const routes = [
    ...addressing.gateways.map((gateway) =>
      systemdFile([
        'Route',
        {
          Gateway: gateway,
          GatewayOnLink: addressing.onLink ? true : null,
          Metric: addressing.metrics[gateway.includes(':') ? 'ipv6' : 'ipv4'],
        },
      ]),
    ),
    ...addressing.routes.map((route) =>
      systemdFile([
        'Route',
        { Destination: route.to, Gateway: route.via, GatewayOnLink: addressing.onLink ? true : null },
      ]),
    ),
  ];
  return [sections, ...routes, extra.more ?? ''].filter((text) => text !== '').join('\n');
}
