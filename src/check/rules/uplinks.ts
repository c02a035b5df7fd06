/** Uplinks and the cards they mean: each card is there, and is in one bridge only, or in several by different VLANs. */
import type { Facts } from '../../facts/facts.ts';
import { plainMac } from '../../facts/macs.ts';
import { describeNic, findNic, firstUplink, freeNics, nicsOf } from '../../facts/select-nics.ts';
import type { BridgeSettings } from '../../profile/effective.ts';
import { invalid, refused, warning, type Rule } from '../rule.ts';
import { listed } from '../../i18n/phrase.ts';
import type { Finding } from '../finding.ts';

export const uplinksExist: Rule = (profile, facts) => {
  if (facts === null) return [];
  return profile.host.network.bridges.flatMap((bridge, index) =>
    (bridge.uplinks ?? []).flatMap((selector, number) => {
      const path = ['host', 'network', 'bridges', index, 'uplinks', number];
      const found = nicsOf(selector, facts);
      if (found.length === 1) return [];
      const wanted = listed(Object.entries(selector).map(([key, value]) => `${key} ${value}`));
      return found.length > 1
        ? [refused('nic-twins', path, { wanted, cards: listed(found.map(describeNic)) })]
        : [refused('nic-no-fit', path, { wanted, cards: listed(facts.nics.map(describeNic), { key: 'parts.none' }) })];
    }),
  );
};

export const uplinksAreNotShared: Rule = (profile, facts) => {
  const users = new Map<string, string>();
  const findings: Finding[] = [];
  profile.host.network.bridges.forEach((bridge, index) => {
    for (const key of cardsOf(bridge, profile.host.network.bridges, facts)) {
      const place = `${key} ${bridge.vlan ?? 'untagged'}`;
      const other = users.get(place);
      if (other !== undefined)
        findings.push(invalid('uplink-twice.shared', ['host', 'network', 'bridges', index, 'uplinks'], { other }));
      else users.set(place, bridge.name);
    }
  });
  return findings;
};

/** A word for each card: its name where facts tell it, else what the profile says. Two cards may have one MAC. */
function cardsOf(bridge: BridgeSettings, bridges: readonly BridgeSettings[], facts: Facts | null): string[] {
  if (bridge.uplinks === null) {
    const first = facts === null ? null : firstUplink(bridges, facts);
    return first === null ? [] : [`name ${first.name}`];
  }
  return bridge.uplinks.map((selector) => {
    const nic = facts === null ? null : findNic(selector, facts);
    if (nic !== null) return `name ${nic.name}`;
    return 'mac' in selector ? plainMac(selector.mac) : JSON.stringify(selector);
  });
}

/** The first bridge takes a card by itself when it names none: which one should be clear, and one must be left. */
export const firstUplinkIsClear: Rule = (profile, facts) => {
  const { bridges } = profile.host.network;
  const [first] = bridges;
  if (facts === null || first === undefined || first.uplinks !== null) return [];
  if (facts.nics.length === 0) return [warning('no-nic', ['host', 'network'])];
  const taken = firstUplink(bridges, facts);
  if (taken === null)
    return [invalid('uplink-twice.noneLeft', ['host', 'network', 'bridges', 0], { bridge: first.name })];
  const linked = freeNics(bridges, facts).filter((nic) => nic.carrier);
  return linked.length > 1
    ? [
        warning('several-carriers', ['host', 'network'], {
          cards: listed(linked.map((nic) => nic.name)),
          taken: taken.name,
        }),
      ]
    : [];
};
