/** Addresses and networks of the whole host against each other: nobody has an address twice, networks do not overlap. */
import { modeOf } from '../../plan/network/modes/modes.ts';
import type { BridgeSettings, DomuSettings } from '../../profile/effective.ts';
import type { Phrase, Word } from '../../i18n/phrase.ts';
import { bitsOf, overlap, parseAddress, parseCidr, type Network } from '../addresses.ts';
import { memoizeEach } from '../../memoize.ts';
import { invalid, warning, ofEachDomu, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

const THE_HOST: Phrase = { key: 'parts.theHost' };

/** No address twice on the host, whoever has it; nor that of a gateway. */
export const addressesAreUnique: Rule = (profile) => {
  const seen = new Map<string, Word>();
  const findings: Finding[] = [];
  const note = (addresses: readonly string[], owner: Word, path: Path): void =>
    addresses.forEach((text, index) => {
      const address = parseCidr(text)?.[0].toString();
      if (address === undefined) return;
      const other = seen.get(address);
      if (other !== undefined) findings.push(invalid('duplicate-address', [...path, index], { other, address }));
      else seen.set(address, owner);
    });
  profile.host.network.bridges.forEach((bridge, index) => {
    const path = ['host', 'network', 'bridges', index];
    note(bridge.addresses, THE_HOST, [...path, 'addresses']);
    // A rented server may show its one address to the DomUs too, as a /32: that is the same machine.
    note(
      (bridge.guests?.addresses ?? []).map((address) => (isOwnSingle(address, bridge) ? '' : address)),
      THE_HOST,
      [...path, 'guests', 'addresses'],
    );
  });
  // A gateway of the host is a router outside: no DomU may have its address. Link-local ones are known per link only.
  for (const gateway of profile.host.network.bridges.flatMap((bridge) => bridge.gateways)) {
    const address = parseAddress(gateway);
    if (address !== null && address.range() !== 'linkLocal' && !seen.has(address.toString()))
      seen.set(address.toString(), { key: 'parts.theGateway' });
  }
  profile.domus.forEach((domu, index) =>
    fixedOf(domu).forEach(({ address, path }) => {
      const other = seen.get(address);
      if (other !== undefined)
        findings.push(invalid('duplicate-address', ['domus', index, ...path], { other, address }));
      else seen.set(address, domu.name);
    }),
  );
  return findings;
};

/** A DomU's fixed addresses, each in the one form that all are compared in. */
const fixedOf = memoizeEach((domu: DomuSettings): readonly { readonly address: string; readonly path: Path }[] =>
  domu.network.flatMap((nic, number) =>
    nic.addresses.flatMap((text, at) => {
      const address = parseCidr(text)?.[0].toString();
      return address === undefined ? [] : [{ address, path: ['network', number, 'addresses', at] }];
    }),
  ),
);

/** The network behind a routed or nat bridge is its own: where it overlaps another one, packets go astray. */
export const networksAreApart: Rule = (profile) => {
  const findings: Finding[] = [];
  const seen: { readonly network: Network; readonly text: string; readonly where: Phrase }[] = [];
  profile.host.network.bridges.forEach((bridge, index) =>
    bridge.addresses.forEach((text) => {
      const network = parseCidr(text);
      if (network !== null) seen.push({ network, text, where: { key: 'parts.hostsNetwork', values: { index } } });
    }),
  );
  profile.host.network.bridges.forEach((bridge, index) =>
    (bridge.guests?.addresses ?? []).forEach((text, number) => {
      const network = parseCidr(text);
      if (network === null || isOwnSingle(text, bridge)) return;
      const other = seen.find((one) => overlap(one.network, network));
      if (other !== undefined)
        findings.push(
          invalid('overlapping-networks', ['host', 'network', 'bridges', index, 'guests', 'addresses', number], {
            network: text,
            other: other.text,
            where: other.where,
          }),
        );
      seen.push({ network, text, where: { key: 'parts.guestsNetwork', values: { index } } });
    }),
  );
  return findings;
};

function isOwnSingle(text: string, bridge: BridgeSettings): boolean {
  const network = parseCidr(text);
  return (
    network !== null &&
    network[1] === bitsOf(network[0]) &&
    modeOf(bridge).answersForGuests &&
    bridge.addresses.some((own) => parseCidr(own)?.[0].toString() === network[0].toString())
  );
}

/** Fixed addresses alone are half of a network: without a gateway, or without name servers, little works. */
export const fixedAddressesAreComplete: Rule = (profile, facts) => {
  const { bridges } = profile.host.network;
  const [first] = bridges;
  return [
    ...(first !== undefined && isFixed(first.addresses)
      ? missing(
          ['host', 'network', 'bridges', 0],
          THE_HOST,
          first.gateways.length > 0 || first.routes.length > 0,
          bridges.some((bridge) => bridge.dns.length > 0),
        )
      : []),
    ...domusAreComplete(profile, facts),
  ];
};

const domusAreComplete = ofEachDomu(
  ({ host }) => [host.network.bridges],
  (domu, path, bridges) => {
    const [nic] = domu.network;
    const bridge = nic === undefined ? undefined : bridges.findLast(({ name }) => name === nic.bridge);
    if (nic === undefined || bridge === undefined || !domu.network.every((one) => isFixed(one.addresses))) return [];
    // Dom0 is the gateway where guests have a network of their own.
    const hasGateway = modeOf(bridge).hasOwnNetwork || domu.network.some((one) => one.gateways.length > 0);
    return missing(
      [...path, 'network', 0],
      domu.name,
      hasGateway,
      bridge.dns.length > 0 || domu.network.some((one) => one.dns.length > 0),
    );
  },
);

function isFixed(addresses: readonly string[]): boolean {
  return addresses.length > 0 && addresses.every((address) => address.includes('/'));
}

function missing(path: Path, who: Word, hasGateway: boolean, hasDns: boolean): Finding[] {
  return [
    ...(hasGateway ? [] : [warning('no-gateway', path, { who })]),
    ...(hasDns ? [] : [warning('no-dns', path, { who })]),
  ];
}
