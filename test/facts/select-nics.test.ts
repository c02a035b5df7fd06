import { describe, expect, test } from 'vitest';
import { findNic, firstUplink } from '../../src/facts/select-nics.ts';
import type { BridgeSettings } from '../../src/profile/effective.ts';
import { machineFacts, profileOf } from '../plan/host.ts';

const facts = machineFacts('many-nics');
const bridgesOf = (text: string): readonly BridgeSettings[] =>
  profileOf([`host.network.bridges=${text}`]).host.network.bridges;

describe('a card is found', () => {
  test.each([
    ['by MAC in any notation', { mac: '52-54-00-A6-00-01' }, 'ens4'],
    ['by name', { name: 'ens5' }, 'ens5'],
    ['by its place on the PCI bus', { pci: '0000:00:06.0' }, 'ens6'],
  ])('%s', (_, selector, name) => {
    expect(findNic(selector, facts)?.name).toBe(name);
  });
  test('or not', () => {
    expect(findNic({ name: 'eth0' }, facts)).toBeNull();
  });
});

describe('a first bridge that names no uplink takes', () => {
  test('the first card with a carrier', () => {
    const nics = facts.nics.map((nic, index) => ({ ...nic, carrier: index === 2 }));
    expect(firstUplink(bridgesOf('[{}]'), { ...facts, nics })?.name).toBe('ens5');
  });
  test('the first of all when none has one', () => {
    expect(
      firstUplink(bridgesOf('[{}]'), { ...facts, nics: facts.nics.map((nic) => ({ ...nic, carrier: false })) })?.name,
    ).toBe('ens3');
  });
  test('not one that another bridge has to itself', () => {
    expect(firstUplink(bridgesOf('[{}, { uplinks: [{ name: ens3 }] }]'), facts)?.name).toBe('ens4');
  });
  test('but one that another bridge shares by a VLAN', () => {
    expect(firstUplink(bridgesOf('[{}, { uplinks: [{ name: ens3 }], vlan: 7 }]'), facts)?.name).toBe('ens3');
  });
  test('none when none is left', () => {
    expect(
      firstUplink(bridgesOf('[{}, { uplinks: [{ name: ens3 }] }]'), { ...facts, nics: facts.nics.slice(0, 1) }),
    ).toBeNull();
  });
});
