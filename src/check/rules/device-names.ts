/** Names of the host's network devices that come from others: none may be that of another device. */
import type { Facts } from '../../facts/facts.ts';
import { findNic, firstUplink } from '../../facts/select-nics.ts';
import type { Phrase } from '../../i18n/phrase.ts';
import { nameToPin } from '../../plan/network/device-name.ts';
import { vlanDevice } from '../../plan/network/links/vlan.ts';
import type { BridgeSettings } from '../../profile/effective.ts';
import { invalid, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

/** Bridges, and VLANs on their cards; that a bridge is called like another, or like a card as it is, is told elsewhere. */
export const devicesHaveNames: Rule = ({ host: { network } }, facts) => {
  const { bridges, pinNics } = network;
  const seen = new Map<string, { readonly what: Phrase; readonly key: string }>();
  const findings: Finding[] = [];
  for (const { name } of bridges)
    seen.set(name, { what: { key: 'parts.device.bridge', values: { bridge: name } }, key: 'bridge' });
  bridges.forEach((bridge, index) => {
    const note = (name: string, what: Phrase, key: string): void => {
      const other = seen.get(name);
      if (other === undefined) seen.set(name, { what, key });
      else if (other.key !== key)
        findings.push(
          invalid('duplicate-name.device', ['host', 'network', 'bridges', index], {
            name,
            first: other.what,
            second: what,
          }),
        );
    };
    for (const card of cardNames(bridge, bridges, facts)) {
      const pinned = facts !== null && pinNics ? nameToPin(card, facts) : card;
      if (pinned !== card) note(pinned, { key: 'parts.card', values: { name: card } }, `card ${card}`);
      if (bridge.vlan === null) continue;
      const what: Phrase = { key: 'parts.device.vlan', values: { vlan: bridge.vlan, bridge: bridge.name } };
      note(vlanDevice(pinned, bridge.vlan), what, `vlan ${card} ${bridge.vlan}`);
    }
  });
  return findings;
};

/** As the kernel calls them here, where that is known. */
function cardNames(bridge: BridgeSettings, bridges: readonly BridgeSettings[], facts: Facts | null): string[] {
  if (bridge.uplinks === null) {
    const first = facts === null ? null : firstUplink(bridges, facts);
    return first === null ? [] : [first.name];
  }
  return bridge.uplinks.flatMap((selector) => {
    const name = facts === null ? undefined : findNic(selector, facts)?.name;
    return name ?? ('name' in selector ? selector.name : []);
  });
}
