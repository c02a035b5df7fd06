/** Bridges by themselves: uplinks, VLANs, modes and the guests' side of routed and nat ones. */
import type { BridgeSettings } from '../../profile/effective.ts';
import { invalid, warning, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

export const bridgesAreSound: Rule = (profile) => [
  ...(profile.host.network.bridges.length === 0 ? [invalid('no-bridge', ['host', 'network', 'bridges'], 'a host needs a bridge', 'leave bridges out for the default: xenbr0 on the first card')] : []),
  ...profile.host.network.bridges.flatMap((bridge, index) => {
    const path = ['host', 'network', 'bridges', index];
    return [...checkUplinks(bridge, path), ...(bridge.mode === 'bridged' ? checkBridged(bridge, path) : checkRouted(bridge, path)), ...checkMtu(bridge, path)];
  }),
];

function checkUplinks(bridge: BridgeSettings, path: Path): Finding[] {
  const findings: Finding[] = [];
  const count = bridge.uplinks?.length ?? 1;
  if (count > 1 && bridge.bond === null) findings.push(invalid('needs-bond', [...path, 'uplinks'], 'two uplinks in one bridge without a bond make a loop', 'name one uplink'));
  if (count < 2 && bridge.bond !== null) findings.push(invalid('bond-of-one', [...path, 'bond'], 'a bond needs two uplinks or more'));
  if (bridge.vlan !== null && count === 0) findings.push(invalid('vlan-without-uplink', [...path, 'vlan'], 'a VLAN needs an uplink that carries it', 'name an uplink, or leave vlan out'));
  bridge.uplinks?.forEach((uplink, index) => {
    if ('name' in uplink && !/^[^\s/:%]{1,15}$/.test(uplink.name)) findings.push(invalid('bad-nic', [...path, 'uplinks', index, 'name'], `${uplink.name} is not the name of a network card`, 'like enp3s0, at most 15 characters'));
    if ('pci' in uplink && !/^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(uplink.pci)) findings.push(invalid('bad-nic', [...path, 'uplinks', index, 'pci'], `${uplink.pci} is not a PCI address`, 'like 0000:03:00.0, in small letters'));
  });
  return findings;
}

function checkBridged(bridge: BridgeSettings, path: Path): Finding[] {
  const findings: Finding[] = [];
  if (bridge.guests !== null) findings.push(invalid('guests-on-bridged', [...path, 'guests'], 'guests is for routed and nat bridges', 'leave it out: bridged DomUs are in the network of the uplink'));
  const waits = bridge.addresses.filter((address) => !address.includes('/'));
  if (bridge.uplinks?.length === 0 && waits.length > 0) findings.push(warning('nobody-answers', [...path, 'addresses'], `${bridge.name} has no uplink: nobody outside answers ${waits.join(', ')}`, 'give it fixed addresses, or []'));
  return findings;
}

function checkRouted(bridge: BridgeSettings, path: Path): Finding[] {
  const findings: Finding[] = [];
  if ((bridge.guests?.addresses.length ?? 0) === 0) findings.push(invalid('guests-missing', [...path, 'mode'], `a ${bridge.mode} bridge needs the addresses that DomUs have as their gateway`, 'guests: { addresses: [10.10.0.1/24] }'));
  if (bridge.trunk) findings.push(invalid('trunk-needs-bridged', [...path, 'trunk'], `trunk is for bridged bridges, this one is ${bridge.mode}`));
  if (bridge.uplinks?.length === 0) {
    // The host's own addresses lie on the uplink here, and there is none.
    for (const key of ['addresses', 'gateways', 'routes'] as const) {
      if (bridge[key].length > 0) findings.push(invalid('needs-uplink', [...path, key], `${key} of a ${bridge.mode} bridge are for its uplink, and it has none`, "name an uplink; Dom0's address towards the DomUs is guests.addresses"));
    }
  }
  const four = bridge.guests?.addresses.find((address) => !address.includes(':'));
  if (bridge.guests?.dhcp === true && four !== undefined && Number(four.split('/')[1]) > 29) findings.push(invalid('small-network', [...path, 'guests', 'addresses'], `${four} has no room for addresses by DHCP`, 'take a larger network, or set dhcp: false'));
  return findings;
}

function checkMtu(bridge: BridgeSettings, path: Path): Finding[] {
  const hasSix = [...bridge.addresses, ...(bridge.guests?.addresses ?? [])].some((address) => ['slaac', 'dhcp6'].includes(address) || address.includes(':'));
  if (bridge.mtu !== null && bridge.mtu < 1280 && hasSix) return [invalid('mtu-small', [...path, 'mtu'], `IPv6 needs an MTU of at least 1280, not ${bridge.mtu}`, 'raise it, or use IPv4 addresses only')];
  return [];
}
