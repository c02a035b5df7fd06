/** Names: DomUs, host names, volume groups, bridges. Valid each, and none twice. */
import type { Word } from '../../i18n/phrase.ts';
import { layoutOf } from '../../plan/storage/layouts/table.ts';
import { isReservedName } from '../names.ts';
import { invalid, warning, ofEachDomu, type Path, type Rule } from '../rule.ts';
import { reworded, type Finding } from '../finding.ts';

/** RFC 1123; Linux itself takes 64 characters at most. */
const HOSTNAME =
  /^(?=.{1,253}$)(?!.*\.\d+$)(?!\d+$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const DOMU_NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}$/;
export const namesAreValid: Rule = (profile, facts) => {
  const { host } = profile;
  const group = host.storage.volumeGroup;
  return [
    ...checkHostname(host.hostname, ['host', 'hostname']),
    ...(layoutOf(host.storage)?.group?.nameFaults(group) ?? []).map((fault) =>
      invalid(`bad-volume-group.${fault}`, ['host', 'storage', 'volumeGroup'], { group }),
    ),
    ...domuNamesAreValid(profile, facts),
  ];
};

const domuNamesAreValid = ofEachDomu(
  () => [],
  ({ name, hostname }, path) => {
    if (!DOMU_NAME.test(name)) return [invalid('bad-name.domu', [...path, 'name'], { name })];
    if (isReservedName(name)) return [invalid('reserved-name', [...path, 'name'], { name })];
    const findings = checkHostname(hostname, [...path, 'hostname']);
    // The default comes from the name: say what to write instead.
    return hostname === name
      ? findings.map((finding) => reworded(finding, { ...finding.said, hint: { key: 'parts.ownHostname' } }))
      : findings;
  },
);

function checkHostname(name: string, path: Path): Finding[] {
  return [
    ...(HOSTNAME.test(name) ? [] : [invalid('bad-hostname.form', path, { name })]),
    ...(/^localhost(\.|$)/i.test(name) ? [invalid('bad-hostname.localhost', path, { name })] : []),
  ];
}

export const namesDoNotClash: Rule = (profile) => {
  const domus = new Map<string, number>();
  const hosts = new Map<string, Word>([[profile.host.hostname.toLowerCase(), { key: 'parts.theHost' }]]);
  return profile.domus.flatMap((domu, index) => {
    const first = domus.get(domu.name.toLowerCase());
    if (first !== undefined)
      return [invalid('duplicate-name.domu', ['domus', index, 'name'], { other: `domus[${first}]`, name: domu.name })];
    domus.set(domu.name.toLowerCase(), index);
    const other = hosts.get(domu.hostname.toLowerCase());
    hosts.set(domu.hostname.toLowerCase(), domu.name);
    return other === undefined
      ? []
      : [warning('same-hostname', ['domus', index, 'hostname'], { other, name: domu.hostname })];
  });
};

export const bridgeNamesAreValid: Rule = (profile, facts) => {
  const seen = new Set<string>();
  const cards = new Set(facts?.nics.map((nic) => nic.name));
  return profile.host.network.bridges.flatMap((bridge, index) => {
    const path = ['host', 'network', 'bridges', index, 'name'];
    const findings: Finding[] = [];
    if (bridge.name.length > 15)
      findings.push(invalid('bad-bridge-name.long', path, { name: bridge.name, count: bridge.name.length }));
    else if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(bridge.name) || /^\d+$/.test(bridge.name))
      findings.push(invalid('bad-bridge-name.form', path, { name: bridge.name }));
    // Guests' interfaces are left alone by their names: a bridge among them would get no addresses.
    else if (/^(lo|all|default)$|^(vif|xw-|xw[0-9a-f]{9})/.test(bridge.name))
      findings.push(invalid('bad-bridge-name.taken', path, { name: bridge.name }));
    if (seen.has(bridge.name)) findings.push(invalid('duplicate-name.bridge', path, { name: bridge.name }));
    if (cards.has(bridge.name)) findings.push(invalid('duplicate-name.card', path, { name: bridge.name }));
    seen.add(bridge.name);
    return findings;
  });
};
