/**
 * A routed or nat bridge as the guests see it: Dom0's address is their gateway; DHCP and router advertisements by
 * networkd itself.
 */
import ipaddr from 'ipaddr.js';
import type { HostModel, ResolvedBridge } from '../model.ts';
import { askedByGuests, fixedAddresses } from './addressing.ts';
import { systemdFile } from '../trees/content.ts';

interface GuestSide {
  readonly network: Readonly<Record<string, string | boolean | null>>;
  readonly more: string;
}

/** Entries for [Network] of the bridge's file and the sections after it. */
export function guestSide(model: HostModel, bridge: ResolvedBridge): GuestSide {
  const { settings } = bridge;
  const addresses = settings.guests?.addresses ?? [];
  const four = addresses.find((address) => !address.includes(':'));
  const six = addresses.find((address) => address.includes(':') && address.endsWith('/64'));
  const dhcp = settings.guests?.dhcp === true;
  const servers = askedByGuests(settings.dns);
  const sections = [
    ...(dhcp && four !== undefined
      ? [
          systemdFile([
            'DHCPServer',
            { ...pool(four), EmitDNS: true, DNS: servers.filter((server) => !server.includes(':')) },
          ]),
        ]
      : []),
    ...(dhcp && six !== undefined
      ? [
          systemdFile(
            ['IPv6SendRA', { EmitDNS: true, DNS: servers.filter((server) => server.includes(':')) }],
            ['IPv6Prefix', { Prefix: networkOf(six) }],
          ),
        ]
      : []),
    ...hostRoutes(model, bridge).map((address) =>
      systemdFile(['Route', { Destination: address, Scope: address.includes(':') ? null : 'link' }]),
    ),
  ];
  return {
    network: {
      DHCPServer: dhcp && four !== undefined ? true : null,
      IPv6SendRA: dhcp && six !== undefined ? true : null,
    },
    more: sections.join('\n'),
  };
}

/**
 * Guests' addresses that lie outside the bridge's own networks, such as a /32 of a rented server: Dom0 needs a route to
 * each.
 */
export function hostRoutes(model: HostModel, bridge: ResolvedBridge): string[] {
  const networks = (bridge.settings.guests?.addresses ?? []).map((address) => ipaddr.parseCIDR(address));
  return guestAddresses(model, bridge)
    .map((address) => ipaddr.parse(address))
    .filter(
      (address) =>
        !networks.some(
          (network) =>
            network[0].kind() === address.kind() && address.match(network as [ipaddr.IPv4 & ipaddr.IPv6, number]),
        ),
    )
    .map((address) => `${address.toString()}/${address.kind() === 'ipv4' ? 32 : 128}`);
}

/** Fixed addresses of the guests on a bridge, without their prefix lengths. */
export function guestAddresses(model: HostModel, bridge: ResolvedBridge): string[] {
  return model.domus
    .flatMap((domu) => domu.settings.network)
    .filter((one) => one.bridge === bridge.settings.name)
    .flatMap((one) => fixedAddresses(one.addresses))
    .map((address) => address.split('/')[0] ?? address);
}

/** The upper part of the network, so that fixed addresses have the lower one. */
function pool(address: string): { readonly PoolOffset: number; readonly PoolSize: number } {
  const hosts = 2 ** (32 - Number(address.split('/')[1]));
  return hosts >= 256
    ? { PoolOffset: 100, PoolSize: Math.min(hosts - 102, 1000) }
    : { PoolOffset: Math.floor(hosts / 2), PoolSize: Math.max(1, Math.floor(hosts / 2) - 2) };
}

function networkOf(address: string): string {
  const [ip, length] = ipaddr.parseCIDR(address);
  return ip.kind() === 'ipv6'
    ? `${ipaddr.IPv6.networkAddressFromCIDR(address).toString()}/${length}`
    : `${ipaddr.IPv4.networkAddressFromCIDR(address).toString()}/${length}`;
}
