/** Uplinks and the cards they mean: each card is there, and is in one bridge only, or in several by different VLANs. */
import type { Facts, NicFacts } from '../../facts/facts.ts';
import type { BridgeSettings, NicSelector } from '../../profile/effective.ts';
import { invalid, refused, warning, type Rule } from '../rule.ts';
import { plainMac } from '../macs.ts';
import type { Finding } from '../finding.ts';

export const uplinksExist: Rule = (profile, facts) => {
  if (facts === null) return [];
  return profile.host.network.bridges.flatMap((bridge, index) => (bridge.uplinks ?? []).flatMap((selector, number) => {
    if (findNic(selector, facts) !== null) return [];
    const all = facts.nics.map((nic) => `${nic.name} (${[nic.mac, nic.pci, nic.carrier ? 'carrier' : 'no carrier'].filter(Boolean).join(', ')})`).join(', ');
    return [refused('nic-no-fit', ['host', 'network', 'bridges', index, 'uplinks', number], `no network card has the ${Object.entries(selector).map(([key, value]) => `${key} ${value}`).join(', ')}`, `there are: ${all === '' ? 'none' : all}`)];
  }));
};

export const uplinksAreNotShared: Rule = (profile, facts) => {
  const users = new Map<string, string>();
  const findings: Finding[] = [];
  profile.host.network.bridges.forEach((bridge, index) => {
    for (const key of cardsOf(bridge, facts)) {
      const place = `${key} ${bridge.vlan ?? 'untagged'}`;
      const other = users.get(place);
      if (other !== undefined) findings.push(invalid('uplink-twice', ['host', 'network', 'bridges', index, 'uplinks'], `${other} has this uplink too`, 'a card can be in two bridges only with different VLANs'));
      else users.set(place, bridge.name);
    }
  });
  return findings;
};

/** A name for each card: its MAC where facts tell it, else what the profile says. */
function cardsOf(bridge: BridgeSettings, facts: Facts | null): string[] {
  if (bridge.uplinks === null) return facts === null ? [] : firstUplink(facts).map((nic) => plainMac(nic.mac));
  return bridge.uplinks.map((selector) => {
    const nic = facts === null ? null : findNic(selector, facts);
    if (nic !== null) return plainMac(nic.mac);
    return 'mac' in selector ? plainMac(selector.mac) : JSON.stringify(selector);
  });
}

function findNic(selector: NicSelector, facts: Facts): NicFacts | null {
  return facts.nics.find((nic) => ('mac' in selector ? plainMac(nic.mac) === plainMac(selector.mac) : 'name' in selector ? nic.name === selector.name : nic.pci === selector.pci)) ?? null;
}

/** What the plan takes when the first bridge names none. */
function firstUplink(facts: Facts): NicFacts[] {
  const nic = facts.nics.find((candidate) => candidate.carrier) ?? facts.nics[0];
  return nic === undefined ? [] : [nic];
}

export const manyNicsNeedAChoice: Rule = (profile, facts) => {
  const first = profile.host.network.bridges[0];
  const linked = facts?.nics.filter((nic) => nic.carrier) ?? [];
  if (facts === null || first === undefined || first.uplinks !== null) return [];
  if (facts.nics.length === 0) return [warning('no-nic', ['host', 'network'], 'this machine has no network card: the bridge will have no uplink')];
  return linked.length > 1 ? [warning('several-carriers', ['host', 'network'], `several cards have a carrier (${linked.map((nic) => nic.name).join(', ')}); ${linked[0]?.name} becomes the uplink`, 'name it: uplinks: [{ mac: … }]')] : [];
};
