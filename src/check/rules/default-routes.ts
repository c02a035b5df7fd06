/** Several ways out of a machine: which of them is used, and which only where that one is gone. */
import { defaultRoutes, FAMILIES, hostInterfaces } from '../../plan/network/default-routes.ts';
import { guestInterfaces } from '../../plan/network/network-guest.ts';
import { listed, type Word } from '../../i18n/phrase.ts';
import { ofEachDomu, warning, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

type Interfaces = Parameters<typeof defaultRoutes>[0];

/** It is told which default route wins, on the host and in each DomU, where there are several of one family. */
export const defaultRouteIsClear: Rule = (profile, facts) => {
  const { bridges } = profile.host.network;
  return [
    ...severalRoutes(
      ['host', 'network', 'bridges'],
      { key: 'parts.theHost' },
      hostInterfaces(bridges),
      bridges.map(({ name }) => name),
    ),
    ...domusRoutesAreClear(profile, facts),
  ];
};

const domusRoutesAreClear = ofEachDomu(
  ({ host }) => [host.network.bridges],
  ({ name, network }, path, bridges) =>
    severalRoutes(
      [...path, 'network'],
      name,
      guestInterfaces(bridges, network),
      network.map(({ bridge }, index) => `network[${index}] (${bridge})`),
    ),
);

/** Told at what comes second: that is where it is changed. */
function severalRoutes(path: Path, who: Word, interfaces: Interfaces, names: readonly string[]): Finding[] {
  const told = new Set<string>();
  return FAMILIES.flatMap((family) => {
    const [first, second, ...rest] = defaultRoutes(interfaces, family);
    if (first === undefined || second === undefined) return [];
    const others = [second, ...rest].map((index) => names[index] ?? '');
    const values = { who, used: names[first] ?? '', others: listed(others) };
    // Where it is the same for IPv4 and IPv6 it is said once.
    const isNew = !told.has(JSON.stringify([first, others]));
    told.add(JSON.stringify([first, others]));
    return isNew ? [warning('several-gateways', [...path, second], values)] : [];
  });
}
