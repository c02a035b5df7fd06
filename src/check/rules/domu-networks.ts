/** What the interfaces of DomUs expect of their bridges, and their MACs. */
import type { BridgeSettings, InterfaceSettings } from '../../profile/effective.ts';
import { nearest } from '../../profile/nearest.ts';
import { bitsOf, isInside, parseCidr } from '../addresses.ts';
import { plainMac } from '../../facts/macs.ts';
import { invalid, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

export const domuNetworksFit: Rule = (profile) => {
  const bridges = new Map(profile.host.network.bridges.map((bridge) => [bridge.name, bridge]));
  return profile.domus.flatMap((domu, index) => domu.network.flatMap((nic, number) => {
    const path = ['domus', index, 'network', number];
    const bridge = bridges.get(nic.bridge);
    if (bridge === undefined) {
      const near = nearest(nic.bridge, [...bridges.keys()]);
      return [invalid('unknown-bridge', [...path, 'bridge'], `there is no bridge ${nic.bridge}`, near === null ? `there are ${[...bridges.keys()].join(', ') || 'none'}` : `did you mean ${near}?`)];
    }
    const vlan = nic.vlan !== null && !bridge.trunk ? [invalid('vlan-needs-trunk', [...path, 'vlan'], `${bridge.name} is no trunk: its DomUs cannot choose a VLAN`, 'give the VLAN a bridge of its own')] : [];
    return bridge.mode === 'bridged' ? vlan : [...vlan, ...waitsInVain(domu.name, nic, bridge, path), ...liesOutside(nic, bridge, path)];
  }));
};

/** Who answers behind a routed or nat bridge is Dom0 alone. */
function waitsInVain(name: string, nic: InterfaceSettings, bridge: BridgeSettings, path: Path): Finding[] {
  const { guests } = bridge;
  const answered = {
    dhcp4: guests?.dhcp === true && guests.addresses.some((address) => !address.includes(':')),
    slaac: guests?.dhcp === true && guests.addresses.some((address) => address.includes(':') && address.endsWith('/64')),
    dhcp6: false,
  };
  const words = nic.addresses.filter((address): address is keyof typeof answered => address in answered);
  if (words.length === 0 || words.some((word) => answered[word])) return [];
  const why = guests === null || guests.addresses.length === 0 ? 'has no guests' : !guests.dhcp ? 'has guests.dhcp: false' : 'has no network for it (dhcp4 wants an IPv4 one, slaac an IPv6 one of /64)';
  return [invalid('no-dhcp-server', [...path, 'addresses'], `${name} waits for ${words.join(', ')}, but ${bridge.name} ${why}`, 'set guests.dhcp: true, or give the DomU a fixed address')];
}

function liesOutside(nic: InterfaceSettings, bridge: BridgeSettings, path: Path): Finding[] {
  const networks = (bridge.guests?.addresses ?? []).map(parseCidr).filter((network) => network !== null);
  return nic.addresses.flatMap((address, at) => {
    const parsed = parseCidr(address);
    if (parsed === null || networks.some((network) => isInside(parsed[0], network))) return [];
    const single = parsed[1] === bitsOf(parsed[0]);
    if (single && bridge.mode === 'routed') return [];
    return [invalid('outside-guest-network', [...path, 'addresses', at], single ? `single addresses are for routed bridges; ${bridge.name} is nat` : `${address} is in none of the guests' networks of ${bridge.name}`, `those are ${bridge.guests?.addresses.join(', ') || 'none'}`)];
  });
}

export const macsAreSound: Rule = (profile, facts) => {
  const seen = new Map<string, string>();
  profile.host.network.bridges.forEach((bridge) => bridge.uplinks?.forEach((uplink) => {
    if ('mac' in uplink) seen.set(plainMac(uplink.mac), `an uplink of ${bridge.name}`);
  }));
  for (const nic of facts?.nics ?? []) seen.set(plainMac(nic.mac), `the card ${nic.name}`);
  return profile.domus.flatMap((domu, index) => domu.network.flatMap((nic, number) => {
    if (nic.mac === 'auto') return [];
    const path = ['domus', index, 'network', number, 'mac'];
    const key = plainMac(nic.mac);
    const other = seen.get(key);
    if (other === undefined) seen.set(key, domu.name);
    if (/^0+$/.test(key)) return [invalid('bad-mac', path, `${nic.mac} is no card's address`, 'use auto, or one like 00:16:3e:12:34:56')];
    return [
      ...(other === undefined ? [] : [invalid('duplicate-mac', path, `${other} has the MAC ${nic.mac} too`, 'use auto, or give each its own')]),
      ...((Number.parseInt(key.slice(0, 2), 16) & 1) === 1 ? [invalid('bad-mac', path, `${nic.mac} is a multicast address`, 'the first pair must be even, like 00:16:3e:12:34:56')] : []),
    ];
  }));
};
