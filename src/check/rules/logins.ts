/** Who is named in an address: apt must be able to be told, or it is refused. Nobody is repeated in a finding. */
import { aptAddresses, hasLogin, loginOf, shownAddress, type NamedAddress } from '../../profile/address-login.ts';
import type { SourceSettings } from '../../profile/effective.ts';
import { invalid, ofEachDomu, type Path, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

export const loginsFit: Rule = (profile, facts) => {
  const { source, proxy } = profile.host;
  const { medium } = source;
  return [
    ...check(aptAddresses(source, ['host', 'source'], proxy)),
    ...(medium === null || !hasLogin(medium)
      ? []
      : [invalid('address-login.medium', ['host', 'source', 'medium'], { url: shownAddress(medium) })]),
    ...domuLoginsFit(profile, facts),
  ];
};

const domuLoginsFit = ofEachDomu(
  ({ host }) => [host.source, host.proxy],
  ({ source }, path, inherited, proxy) => (source === inherited ? [] : checkDomu(source, path, proxy)),
);

/** What is wrong with the proxy alone is told where it stands. */
function checkDomu(source: SourceSettings, path: Path, proxy: string | null): Finding[] {
  return check(aptAddresses(source, [...path, 'source'], proxy)).filter((finding) => finding.path[0] !== 'host');
}

function check(addresses: readonly NamedAddress[]): Finding[] {
  const known = new Map<string, string>();
  const clashes = ({
    machine,
    user,
    password,
  }: {
    readonly machine: string;
    readonly user: string;
    readonly password: string;
  }): boolean => {
    const who = JSON.stringify([user, password]);
    const before = known.get(machine) ?? who;
    known.set(machine, before);
    return before !== who;
  };
  // The proxy first: what clashes with it is the source's fault, which a DomU may have of its own.
  return addresses
    .toSorted((a, b) => Number(b.isProxy) - Number(a.isProxy))
    .flatMap(({ path, address, isProxy }) => {
      const login = loginOf(address, isProxy);
      if (login === null) return [];
      if (login === 'unfit') return [invalid('address-login.unfit', path, { url: shownAddress(address) })];
      return clashes(login) ? [invalid('address-login.clash', path, { url: shownAddress(address) })] : [];
    });
}
