/** What the interfaces of DomUs expect of their bridges, and their MACs. */
import { modeOf } from '../../plan/network/modes/modes.ts';
import type { BridgeSettings, InterfaceSettings } from '../../profile/effective.ts';
import { nearest } from '../../profile/nearest.ts';
import { listed, type Word } from '../../i18n/phrase.ts';
import { bitsOf, isInside, parseCidr } from '../addresses.ts';
import { plainMac } from '../../facts/macs.ts';
import { invalid, ofEachDomu, type Path, type Rule } from '../rule.ts';
import { didYouMean, type Finding } from '../finding.ts';

const NONE: Word = { key: 'parts.none' };

export const domuNetworksFit: Rule = ofEachDomu(
  ({ host }) => [host.network.bridges],
  (domu, above, bridges) =>
    domu.network.flatMap((nic, number) => {
      const path = [...above, 'network', number];
      const bridge = bridges.findLast(({ name }) => name === nic.bridge);
      if (bridge === undefined) {
        const names = [...new Set(bridges.map(({ name }) => name))];
        const near = nearest(nic.bridge, names);
        return [
          invalid(
            'unknown-bridge',
            [...path, 'bridge'],
            { bridge: nic.bridge, bridges: listed(names, NONE) },
            near === null ? undefined : didYouMean(near),
          ),
        ];
      }
      const vlan =
        nic.vlan !== null && !bridge.trunk
          ? [invalid('vlan-needs-trunk', [...path, 'vlan'], { bridge: bridge.name })]
          : [];
      return modeOf(bridge).hasOwnNetwork
        ? [...vlan, ...waitsInVain(domu.name, nic, bridge, path), ...liesOutside(nic, bridge, path)]
        : vlan;
    }),
);

/** Who answers behind a routed or nat bridge is Dom0 alone. */
function waitsInVain(name: string, nic: InterfaceSettings, bridge: BridgeSettings, path: Path): Finding[] {
  const { guests } = bridge;
  const answered = {
    dhcp4: guests?.dhcp === true && guests.addresses.some((address) => !address.includes(':')),
    slaac:
      guests?.dhcp === true && guests.addresses.some((address) => address.includes(':') && address.endsWith('/64')),
    dhcp6: false,
  };
  const words = nic.addresses.filter((address): address is keyof typeof answered => address in answered);
  if (words.length === 0 || words.some((word) => answered[word])) return [];
  const why = guests === null || guests.addresses.length === 0 ? 'guests' : !guests.dhcp ? 'off' : 'network';
  return [
    invalid(`no-dhcp-server.${why}`, [...path, 'addresses'], { domu: name, waits: listed(words), bridge: bridge.name }),
  ];
}

function liesOutside(nic: InterfaceSettings, bridge: BridgeSettings, path: Path): Finding[] {
  const networks = (bridge.guests?.addresses ?? []).map(parseCidr).filter((network) => network !== null);
  return nic.addresses.flatMap((address, at) => {
    const parsed = parseCidr(address);
    if (parsed === null || networks.some((network) => isInside(parsed[0], network))) return [];
    const single = parsed[1] === bitsOf(parsed[0]);
    if (single && modeOf(bridge).answersForGuests) return [];
    return [
      invalid(`outside-guest-network.${single ? 'single' : 'network'}`, [...path, 'addresses', at], {
        address,
        bridge: bridge.name,
        networks: listed(bridge.guests?.addresses ?? [], NONE),
      }),
    ];
  });
}

export const macsAreSound: Rule = (profile, facts) => {
  const seen = new Map<string, Word>();
  const ofCards = profile.host.network.bridges.flatMap((bridge, index) =>
    (bridge.uplinks ?? []).flatMap((uplink, number) => {
      if (!('mac' in uplink)) return [];
      seen.set(plainMac(uplink.mac), { key: 'parts.uplinkOf', values: { bridge: bridge.name } });
      return checkMac(uplink.mac, ['host', 'network', 'bridges', index, 'uplinks', number, 'mac']);
    }),
  );
  for (const nic of facts?.nics ?? []) seen.set(plainMac(nic.mac), { key: 'parts.card', values: { name: nic.name } });
  const ofDomus = profile.domus.flatMap((domu, index) =>
    domu.network.flatMap((nic, number) => {
      if (nic.mac === 'auto') return [];
      const path = ['domus', index, 'network', number, 'mac'];
      const key = plainMac(nic.mac);
      const other = seen.get(key);
      if (other === undefined) seen.set(key, domu.name);
      return [
        ...(other === undefined ? [] : [invalid('duplicate-mac', path, { other, mac: nic.mac })]),
        ...checkMac(nic.mac, path),
      ];
    }),
  );
  return [...ofCards, ...ofDomus];
};

/** One card has it, and no more than one. */
function checkMac(mac: string, path: Path): Finding[] {
  const key = plainMac(mac);
  if (/^0+$/.test(key)) return [invalid('bad-mac.zero', path, { mac })];
  return (Number.parseInt(key.slice(0, 2), 16) & 1) === 1 ? [invalid('bad-mac.multicast', path, { mac })] : [];
}
