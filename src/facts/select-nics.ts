/** Selectors of network cards against the cards that are there. Pure. */
import type { Phrase } from '../i18n/phrase.ts';
import type { BridgeSettings, NicSelector } from '../profile/effective.ts';
import type { Facts, NicFacts } from './facts.ts';
import { plainMac } from './macs.ts';

/** The cards that a selector means: more than one where what it says does not tell them apart. */
export function nicsOf(selector: NicSelector, { nics }: Pick<Facts, 'nics'>): NicFacts[] {
  return nics.filter((nic) =>
    'mac' in selector
      ? plainMac(nic.mac) === plainMac(selector.mac)
      : 'name' in selector
        ? nic.name === selector.name
        : nic.pci === selector.pci,
  );
}

/** The first of them; null when none is there. Rules have refused several. */
export function findNic(selector: NicSelector, facts: Facts): NicFacts | null {
  return nicsOf(selector, facts)[0] ?? null;
}

/** What tells a card from all others: its MAC, or else its place; null where others have the same. */
export function identityOf(
  { mac, pci }: NicFacts,
  facts: Pick<Facts, 'nics'>,
): { mac: string } | { pci: string } | null {
  if (nicsOf({ mac }, facts).length === 1) return { mac };
  return pci !== null && nicsOf({ pci }, facts).length === 1 ? { pci } : null;
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
