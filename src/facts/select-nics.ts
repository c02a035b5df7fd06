/** Selectors of network cards against the cards that are there. Pure. */
import type { Phrase } from '../i18n/phrase.ts';
import type { BridgeSettings, NicSelector } from '../profile/effective.ts';
import type { Facts, NicFacts } from './facts.ts';
import { plainMac } from './macs.ts';

/** The card that a selector means; null when it is not there. */
export function findNic(selector: NicSelector, { nics }: Facts): NicFacts | null {
  return (
    nics.find((nic) =>
      'mac' in selector
        ? plainMac(nic.mac) === plainMac(selector.mac)
        : 'name' in selector
          ? nic.name === selector.name
          : nic.pci === selector.pci,
    ) ?? null
  );
}

/** The cards of a MAC: more than one where it does not tell them apart. */
export function nicsWithMac(mac: string, { nics }: Facts): NicFacts[] {
  return nics.filter((nic) => plainMac(nic.mac) === plainMac(mac));
}

/** Cards that no bridge has to itself. */
export function freeNics(bridges: readonly BridgeSettings[], facts: Facts): NicFacts[] {
  const taken = new Set(
    bridges
      .filter((bridge) => bridge.vlan === null)
      .flatMap((bridge) => bridge.uplinks ?? [])
      .map((selector) => findNic(selector, facts)),
  );
  return facts.nics.filter((nic) => !taken.has(nic));
}

/** The card of a first bridge that names none: of the free ones the first with a carrier, or else the first. */
export function firstUplink(bridges: readonly BridgeSettings[], facts: Facts): NicFacts | null {
  const free = freeNics(bridges, facts);
  return free.find((nic) => nic.carrier) ?? free[0] ?? null;
}

/** A card as people tell it from others. */
export function describeNic({ name, mac, pci, carrier }: NicFacts): Phrase {
  return {
    key: 'parts.nic.card',
    values: {
      name,
      known: {
        by: 'comma',
        list: [
          mac,
          ...(pci === null || pci === '' ? [] : [pci]),
          { key: carrier ? 'parts.nic.carrier' : 'parts.nic.noCarrier' },
        ],
      },
    },
  };
}
