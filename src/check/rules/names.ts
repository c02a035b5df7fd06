/** Names that would clash: DomUs, volumes after joining, bridges, host names. */
import { isReservedName, joinedVolumeNames } from '../names.ts';
import { invalid, type Rule } from '../rule.ts';

const HOSTNAME = /^(?=.{1,253}$)([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$/;
const DOMU_NAME = /^[A-Za-z0-9][A-Za-z0-9_.+-]{0,59}$/;
/** lvm(8), VALID NAMES; a name may not start with a hyphen nor be a dot. */
const GROUP_NAME = /^[A-Za-z0-9_+.][A-Za-z0-9_+.-]{0,126}$/;

export const namesAreValid: Rule = (profile) => {
  const { host } = profile;
  return [
    ...(HOSTNAME.test(host.hostname) ? [] : [invalid('bad-hostname', ['host', 'hostname'], `${host.hostname} is not a host name`, 'letters, digits and hyphens, parts of at most 63 characters joined by dots')]),
    ...(GROUP_NAME.test(host.storage.volumeGroup) ? [] : [invalid('bad-volume-group', ['host', 'storage', 'volumeGroup'], `${host.storage.volumeGroup} is not a volume group name`, 'letters, digits and _ + . -')]),
    ...profile.domus.flatMap((domu, index) => [
      ...(DOMU_NAME.test(domu.name) ? [] : [invalid('bad-name', ['domus', index, 'name'], `${domu.name} is not a DomU name`, 'letters, digits and _ + . -, at most 60 characters')]),
      ...(isReservedName(domu.name) ? [invalid('reserved-name', ['domus', index, 'name'], `a DomU may not be called ${domu.name}`, 'the name means the host itself')] : []),
      ...(HOSTNAME.test(domu.hostname) ? [] : [invalid('bad-hostname', ['domus', index, 'hostname'], `${domu.hostname} is not a host name`)]),
    ]),
  ];
};

export const namesDoNotClash: Rule = (profile) => {
  const findings = profile.domus.flatMap((domu, index) => {
    const first = profile.domus.findIndex((other) => other.name.toLowerCase() === domu.name.toLowerCase());
    return first < index ? [invalid('duplicate-name', ['domus', index, 'name'], `domus[${first}] is called ${domu.name} too`)] : [];
  });
  const seen = new Map<string, string>();
  for (const { name, owner, path } of joinedVolumeNames(profile)) {
    const other = seen.get(name);
    if (other !== undefined && other !== owner) findings.push(invalid('volume-clash', path, `the volume ${name} of ${owner} would also be that of ${other}`, 'give one of them another name'));
    seen.set(name, owner);
  }
  const bridges = new Set<string>();
  profile.host.network.bridges.forEach((bridge, index) => {
    const path = ['host', 'network', 'bridges', index, 'name'];
    if (bridge.name.length > 15 || !/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(bridge.name)) findings.push(invalid('bad-bridge-name', path, `${bridge.name} is not a bridge name`, 'letters, digits and _ . -, at most 15 characters'));
    if (bridges.has(bridge.name)) findings.push(invalid('duplicate-name', path, `another bridge is called ${bridge.name} too`));
    bridges.add(bridge.name);
  });
  return findings;
};
