/** Bridges by themselves: uplinks, VLANs, modes and the guests' side of routed and nat ones. */
import { modeOf } from '../../plan/network/modes/modes.ts';
import type { BridgeSettings } from '../../profile/effective.ts';
import { listed } from '../../i18n/phrase.ts';
import { invalid, warning, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

export const bridgesAreSound: Rule = (profile) => [
  ...(profile.host.network.bridges.length === 0 ? [invalid('no-bridge', ['host', 'network', 'bridges'])] : []),
  ...profile.host.network.bridges.flatMap((bridge, index) => {
    const path = ['host', 'network', 'bridges', index];
    return [
      ...checkUplinks(bridge, path),
      ...(modeOf(bridge).hasOwnNetwork ? checkInner(bridge, path) : checkOuter(bridge, path)),
      ...checkMtu(bridge, path),
    ];
  }),
];

function checkUplinks(bridge: BridgeSettings, path: Path): Finding[] {
  const findings: Finding[] = [];
  const count = bridge.uplinks?.length ?? 1;
  if (count > 1 && bridge.bond === null) findings.push(invalid('needs-bond', [...path, 'uplinks']));
  if (count < 2 && bridge.bond !== null) findings.push(invalid('bond-of-one', [...path, 'bond']));
  if (bridge.vlan !== null && count === 0) findings.push(invalid('vlan-without-uplink', [...path, 'vlan']));
  bridge.uplinks?.forEach((uplink, index) => {
    if ('name' in uplink && !/^[^\s/:%]{1,15}$/.test(uplink.name))
      findings.push(invalid('bad-nic.name', [...path, 'uplinks', index, 'name'], { name: uplink.name }));
    if ('pci' in uplink && !/^[0-9a-f]{4}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(uplink.pci))
      findings.push(invalid('bad-nic.pci', [...path, 'uplinks', index, 'pci'], { pci: uplink.pci }));
  });
  return findings;
}

/** Guests are in the network outside. */
function checkOuter(bridge: BridgeSettings, path: Path): Finding[] {
  const findings: Finding[] = [];
  if (bridge.guests !== null) findings.push(invalid('guests-on-bridged', [...path, 'guests']));
  const waits = bridge.addresses.filter((address) => !address.includes('/'));
  if (bridge.uplinks?.length === 0 && waits.length > 0)
    findings.push(warning('nobody-answers', [...path, 'addresses'], { bridge: bridge.name, waits: listed(waits) }));
  return findings;
}

/** Guests are in a network of their own. */
function checkInner(bridge: BridgeSettings, path: Path): Finding[] {
  const findings: Finding[] = [];
  if ((bridge.guests?.addresses.length ?? 0) === 0)
    findings.push(invalid('guests-missing', [...path, 'mode'], { mode: bridge.mode }));
  if (bridge.trunk) findings.push(invalid('trunk-needs-bridged', [...path, 'trunk'], { mode: bridge.mode }));
  if (bridge.uplinks?.length === 0) {
    // The host's own addresses lie on the uplink here, and there is none.
    for (const key of ['addresses', 'gateways', 'routes'] as const) {
      if (bridge[key].length > 0) findings.push(invalid('needs-uplink', [...path, key], { key, mode: bridge.mode }));
    }
  }
  const four = bridge.guests?.addresses.find((address) => !address.includes(':'));
  if (bridge.guests?.dhcp === true && four !== undefined && Number(four.split('/')[1]) > 29)
    findings.push(invalid('small-network', [...path, 'guests', 'addresses'], { network: four }));
  return findings;
}

function checkMtu(bridge: BridgeSettings, path: Path): Finding[] {
  const hasSix = [...bridge.addresses, ...(bridge.guests?.addresses ?? [])].some(
    (address) => ['slaac', 'dhcp6'].includes(address) || address.includes(':'),
  );
  if (bridge.mtu !== null && bridge.mtu < 1280 && hasSix)
    return [invalid('mtu-small', [...path, 'mtu'], { mtu: bridge.mtu })];
  return [];
}
