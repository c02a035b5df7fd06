/** A DomU's network: each card is known by its MAC, never by a name; its gateway is Dom0 where the bridge is routed. */
import type { BridgeSettings, InterfaceSettings } from '../../profile/effective.ts';
import type { HostModel, ResolvedDomu, TreeContent } from '../model.ts';
import { askedByGuests, fixedAddresses, networkFile } from './addressing.ts';
import { metricsOf, USUAL_METRICS } from './default-routes.ts';
import { modeOf } from './modes/modes.ts';
import { content, textFile } from '../trees/content.ts';

/** .network files and a bounded wait. */
export function guestNetwork(model: HostModel, domu: ResolvedDomu): TreeContent {
  const bridges = model.bridges.map(({ settings }) => settings);
  const metrics = metricsOf(guestInterfaces(bridges, domu.settings.network));
  const files = domu.settings.network.map((one, index) =>
    textFile(
      `/etc/systemd/network/20-xenwright-${index}.network`,
      networkFile(
        { MACAddress: domu.macs[index] ?? one.mac, Type: 'ether' },
        {
          ...reach(bridges, one),
          addresses: one.addresses,
          routes: [],
          mtu: mtuOf(bridges, one),
          metrics: metrics[index] ?? USUAL_METRICS,
        },
        { link: { RequiredForOnline: one.addresses.length === 0 ? false : null } },
      ),
    ),
  );
  return content({
    files: [
      ...files,
      textFile(
        '/etc/systemd/system/systemd-networkd-wait-online.service.d/10-xenwright.conf',
        '[Service]\nExecStart=\nExecStart=-/usr/lib/systemd/systemd-networkd-wait-online --any --timeout=60',
      ),
    ],
    enableUnits: domu.settings.network.some((one) => one.addresses.length > 0)
      ? ['systemd-networkd-wait-online.service']
      : [],
  });
}

/** Does the guest expect to have an address? */
export function wantsAddress(domu: ResolvedDomu): boolean {
  return domu.settings.network.some((one) => one.addresses.length > 0);
}

/** A guest's interfaces, with the gateways that it is given. */
export function guestInterfaces(
  bridges: readonly BridgeSettings[],
  network: readonly InterfaceSettings[],
): readonly { readonly addresses: readonly string[]; readonly gateways: readonly string[] }[] {
  return network.map((one) => ({ addresses: one.addresses, gateways: reach(bridges, one).gateways }));
}

/** As its bridge: what is larger would be dropped there without a word, since guests see 1500 whatever it has. */
function mtuOf(bridges: readonly BridgeSettings[], { bridge }: InterfaceSettings): number | null {
  return bridges.find(({ name }) => name === bridge)?.mtu ?? null;
}

/**
 * What the profile says, else Dom0's address on a routed bridge, reached on-link when it lies outside the guest's own
 * network.
 */
function reach(
  bridges: readonly BridgeSettings[],
  one: InterfaceSettings,
): { readonly gateways: readonly string[]; readonly onLink: boolean; readonly dns: readonly string[] } {
  const bridge = bridges.find(({ name }) => name === one.bridge);
  const own =
    bridge !== undefined && modeOf(bridge).hasOwnNetwork
      ? (bridge.guests?.addresses ?? fixedAddresses(bridge.addresses))
      : [];
  const families = new Set(fixedAddresses(one.addresses).map(isSix));
  const derived = own
    .filter((address) => families.has(isSix(address)))
    .map((address) => address.split('/')[0] ?? address);
  const gateways =
    one.gateways.length > 0
      ? one.gateways
      : [false, true].flatMap((six) => derived.filter((address) => isSix(address) === six).slice(0, 1));
  const single = fixedAddresses(one.addresses).some((address) => address.endsWith('/32') || address.endsWith('/128'));
  return {
    gateways,
    onLink: one.onLink || (one.gateways.length === 0 && single),
    dns: one.dns.length > 0 || families.size === 0 ? one.dns : askedByGuests(bridge?.dns ?? []),
  };
}

function isSix(address: string): boolean {
  return address.includes(':');
}
