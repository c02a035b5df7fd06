/** Names: DomUs, host names, volume groups, bridges. Valid each, and none twice. */
import { isReservedName } from '../names.ts';
import { invalid, warning, type Rule } from '../rule.ts';
import type { Finding } from '../finding.ts';

/** RFC 1123; Linux itself takes 64 characters at most. */
const HOSTNAME = /^(?=.{1,253}$)(?!.*\.\d+$)(?!\d+$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const DOMU_NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}$/;
/** lvm(8), VALID NAMES; a name may not start with a hyphen nor be a dot. */
const GROUP_NAME = /^[A-Za-z0-9_+.][A-Za-z0-9_+.-]{0,126}$/;
/** A volume group's folder is /dev/NAME: what else is there already. */
const TAKEN_GROUPS = /^(\.{1,2}|block|bus|char|cpu|disk|dri|fd|hugepages|input|mapper|mqueue|net|pts|shm|snd|xen|[hsv]d[a-z]+\d*|xvd[a-z]+\d*|nvme\w*|md\d*|loop\d*|sr\d+|tty\w*|null|zero|random|kmsg|mem|console|full|port)$/;

export const namesAreValid: Rule = (profile) => {
  const { host } = profile;
  const group = host.storage.volumeGroup;
  const hostname = (name: string, path: (string | number)[]): Finding[] => [
    ...(HOSTNAME.test(name) ? [] : [invalid('bad-hostname', path, `${name} is not a host name`, 'letters, digits and hyphens, parts of at most 63 characters joined by dots, not only digits at the end')]),
    ...(/^localhost(\.|$)/i.test(name) ? [invalid('bad-hostname', path, `${name} means every machine itself`, 'give it a name of its own')] : []),
  ];
  return [
    ...hostname(host.hostname, ['host', 'hostname']),
    ...(host.storage.layout !== 'lvm' || GROUP_NAME.test(group) ? [] : [invalid('bad-volume-group', ['host', 'storage', 'volumeGroup'], `${group} is not a volume group name`, 'letters, digits and _ + . -')]),
    ...(host.storage.layout === 'lvm' && TAKEN_GROUPS.test(group) ? [invalid('bad-volume-group', ['host', 'storage', 'volumeGroup'], `/dev/${group} is something else already`, 'a name like vg_xen1')] : []),
    ...profile.domus.flatMap((domu, index) => {
      const path = ['domus', index, 'name'];
      if (!DOMU_NAME.test(domu.name)) return [invalid('bad-name', path, `${domu.name} is not a DomU name`, 'letters, digits and _ + . -, at most 60 characters')];
      if (isReservedName(domu.name)) return [invalid('reserved-name', path, `a DomU may not be called ${domu.name}`, 'the name means the host itself')];
      const findings = hostname(domu.hostname, ['domus', index, 'hostname']);
      // The default comes from the name: say what to write instead.
      return domu.hostname === domu.name ? findings.map((finding) => ({ ...finding, hint: 'give the DomU a hostname of its own' })) : findings;
    }),
  ];
};

export const namesDoNotClash: Rule = (profile) => {
  const domus = new Map<string, number>();
  const hosts = new Map<string, string>([[profile.host.hostname.toLowerCase(), 'the host']]);
  return profile.domus.flatMap((domu, index) => {
    const first = domus.get(domu.name.toLowerCase());
    if (first !== undefined) return [invalid('duplicate-name', ['domus', index, 'name'], `domus[${first}] is called ${domu.name} too`, 'give each its own name')];
    domus.set(domu.name.toLowerCase(), index);
    const other = hosts.get(domu.hostname.toLowerCase());
    hosts.set(domu.hostname.toLowerCase(), domu.name);
    return other === undefined ? [] : [warning('same-hostname', ['domus', index, 'hostname'], `${other} has the host name ${domu.hostname} too`, 'give each its own')];
  });
};

export const bridgeNamesAreValid: Rule = (profile, facts) => {
  const seen = new Set<string>();
  const cards = new Set(facts?.nics.map((nic) => nic.name));
  return profile.host.network.bridges.flatMap((bridge, index) => {
    const path = ['host', 'network', 'bridges', index, 'name'];
    const findings: Finding[] = [];
    if (bridge.name.length > 15) findings.push(invalid('bad-bridge-name', path, `${bridge.name} has ${bridge.name.length} characters: Linux takes 15 at most`, 'shorten it'));
    else if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(bridge.name) || /^\d+$/.test(bridge.name)) findings.push(invalid('bad-bridge-name', path, `${bridge.name} is not a bridge name`, 'letters, digits and _ . -, like xenbr0'));
    // Guests' interfaces are left alone by their names: a bridge among them would get no addresses.
    else if (/^(lo|all|default)$|^(vif|xw-)/.test(bridge.name)) findings.push(invalid('bad-bridge-name', path, `${bridge.name} has a meaning of its own to Linux or Xen`, 'a name like xenbr0'));
    if (seen.has(bridge.name)) findings.push(invalid('duplicate-name', path, `another bridge is called ${bridge.name} too`, 'give each its own name'));
    if (cards.has(bridge.name)) findings.push(invalid('duplicate-name', path, `a network card of this machine is called ${bridge.name}`, 'a name like xenbr0'));
    seen.add(bridge.name);
    return findings;
  });
};
