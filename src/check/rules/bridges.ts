/** Bridges, and what DomUs expect of them. */
import { isInside, parseCidr } from '../addresses.ts';
import { invalid, warning, type Rule } from '../rule.ts';

export const bridgesAreSound: Rule = (profile) => {
  const uplinks = new Map<string, number>();
  return profile.host.network.bridges.flatMap((bridge, index) => {
    const path = ['host', 'network', 'bridges', index];
    const findings = [];
    if ((bridge.uplinks?.length ?? 0) > 1 && bridge.bond === null) findings.push(invalid('needs-bond', [...path, 'uplinks'], 'two uplinks in one bridge without a bond make a loop', 'name one uplink'));
    if (bridge.mode === 'bridged' && bridge.guests !== null) findings.push(invalid('guests-on-bridged', [...path, 'guests'], 'guests is for routed and nat bridges', 'leave it out: bridged DomUs are in the network of the uplink'));
    if (bridge.mode !== 'bridged' && (bridge.guests?.addresses.length ?? 0) === 0) findings.push(invalid('guests-missing', [...path, 'mode'], `a ${bridge.mode} bridge needs the addresses that DomUs have as their gateway`, 'guests: { addresses: [10.10.0.1/24] }'));
    (bridge.guests?.addresses ?? []).forEach((address, number) => {
      if (parseCidr(address) === null) findings.push(invalid('bad-address', [...path, 'guests', 'addresses', number], `${address} is not an address with its prefix length`, 'write it like 10.10.0.1/24'));
    });
    if (bridge.vlan !== null && bridge.uplinks?.length === 0) findings.push(invalid('vlan-without-uplink', [...path, 'vlan'], 'a VLAN needs an uplink that carries it'));
    for (const uplink of bridge.uplinks ?? []) {
      const key = `${JSON.stringify(uplink).toLowerCase()} ${bridge.vlan ?? ''}`;
      const other = uplinks.get(key);
      if (other !== undefined) findings.push(invalid('uplink-twice', [...path, 'uplinks'], `bridges[${other}] has this uplink too`, 'a card can be in two bridges only with different VLANs'));
      uplinks.set(key, index);
    }
    return findings;
  });
};

export const domuNetworksFit: Rule = (profile) => {
  const bridges = new Map(profile.host.network.bridges.map((bridge) => [bridge.name, bridge]));
  return profile.domus.flatMap((domu, index) => domu.network.flatMap((nic, number) => {
    const path = ['domus', index, 'network', number];
    const bridge = bridges.get(nic.bridge);
    if (bridge === undefined) return [invalid('unknown-bridge', [...path, 'bridge'], `there is no bridge ${nic.bridge}`, `there are ${[...bridges.keys()].join(', ')}`)];
    if (bridge.mode === 'bridged') return [];
    const findings = [];
    if (nic.addresses.includes('dhcp4') && bridge.guests?.dhcp === false) findings.push(invalid('no-dhcp-server', [...path, 'addresses'], `${domu.name} waits for a DHCP server, but ${bridge.name} has none`, 'set guests.dhcp: true, or give the DomU an address'));
    const networks = (bridge.guests?.addresses ?? []).map(parseCidr).filter((network) => network !== null);
    nic.addresses.forEach((address, at) => {
      const parsed = parseCidr(address);
      const single = parsed !== null && parsed[1] === (parsed[0].kind() === 'ipv4' ? 32 : 128);
      if (parsed !== null && !single && !networks.some((network) => isInside(parsed[0], network))) findings.push(invalid('outside-guest-network', [...path, 'addresses', at], `${address} is in none of the guests' networks of ${bridge.name}`, `those are ${bridge.guests?.addresses.join(', ') ?? 'none'}`));
      if (single && bridge.mode === 'nat' && !networks.some((network) => isInside(parsed[0], network))) findings.push(invalid('outside-guest-network', [...path, 'addresses', at], `single addresses are for routed bridges; ${bridge.name} is nat`));
    });
    return findings;
  }));
};

export const macsAreSound: Rule = (profile, facts) => {
  const seen = new Map<string, string>((facts?.nics ?? []).map((nic) => [plain(nic.mac), `the card ${nic.name}`]));
  return profile.domus.flatMap((domu, index) => domu.network.flatMap((nic, number) => {
    if (nic.mac === 'auto') return [];
    const path = ['domus', index, 'network', number, 'mac'];
    const key = plain(nic.mac);
    const other = seen.get(key);
    seen.set(key, domu.name);
    return [
      ...(other === undefined ? [] : [invalid('duplicate-mac', path, `${other} has the MAC ${nic.mac} too`)]),
      ...((Number.parseInt(key.slice(0, 2), 16) & 1) === 1 ? [invalid('multicast-mac', path, `${nic.mac} is a multicast address`, 'the first pair must be even, like 00:16:3e:…')] : []),
    ];
  }));
};

const plain = (mac: string): string => mac.toLowerCase().replaceAll(/[^0-9a-f]/g, '');

export const manyNicsNeedAChoice: Rule = (profile, facts) => {
  const first = profile.host.network.bridges[0];
  const linked = facts?.nics.filter((nic) => nic.carrier) ?? [];
  if (facts === null || first === undefined || first.uplinks !== null) return [];
  if (facts.nics.length === 0) return [warning('no-nic', ['host', 'network'], 'this machine has no network card: the bridge will have no uplink')];
  return linked.length > 1 ? [warning('several-carriers', ['host', 'network'], `several cards have a carrier (${linked.map((nic) => nic.name).join(', ')}); ${linked[0]?.name} becomes the uplink`, 'name it: uplinks: [{ mac: … }]')] : [];
};
