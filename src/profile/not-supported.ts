/**
 * Fields whose feature does not exist yet: refused whenever they ask for more than the default does. One row a field.
 * Pure.
 */
import { findingOf, type Finding, type Variant } from '../check/finding.ts';
import { type Values } from '../i18n/said.ts';
import type { EffectiveProfile } from './effective.ts';
import type { ParsedProfile } from './schema.ts';

type Path = readonly (string | number)[];
type What = Variant<'not-supported-yet'>;
type Refuse = (asked: boolean, path: Path, what: What, values?: Values) => void;

/** Every place of a profile that asks for something that is not there yet. */
export function notSupportedYet(profile: EffectiveProfile, parsed: ParsedProfile): Finding[] {
  const findings: Finding[] = [];
  const refuse: Refuse = (asked, path, what, values) => {
    if (asked) findings.push(findingOf(`not-supported-yet.${what}`, path, values));
  };
  const { host } = profile;
  refuse(host.distribution === 'fedora', ['host', 'distribution'], 'fedora');
  const storage = ['host', 'storage'];
  refuse(host.storage.layout === 'btrfs', [...storage, 'layout'], 'btrfs');
  refuse(host.storage.raid !== null, [...storage, 'raid'], 'raid');
  refuse(
    host.storage.raid === null && host.storage.disks.reduce((sum, disk) => sum + disk.count, 0) > 1,
    [...storage, 'disks'],
    'disks',
  );
  refuse(host.storage.encryption !== null, [...storage, 'encryption'], 'encryption');
  refuse(host.storage.filesystem !== 'ext4', [...storage, 'filesystem'], 'filesystem', {
    filesystem: host.storage.filesystem,
  });
  refuse(host.storage.keep !== 'none', [...storage, 'keep'], 'keep');
  host.network.bridges.forEach((bridge, index) => {
    const at = ['host', 'network', 'bridges', index];
    refuse(bridge.bond !== null, [...at, 'bond'], 'bond');
    refuse(bridge.trunk, [...at, 'trunk'], 'trunk');
  });
  refuseExtraKeys(host.source, ['host', 'source'], refuse);
  profile.domus.forEach((domu, index) => {
    const at = ['domus', index];
    refuse(
      domu.distribution !== 'debian',
      [...at, 'distribution'],
      domu.distribution === 'none' ? 'emptyDomu' : 'fedora',
    );
    refuse(domu.image !== null, [...at, 'image'], 'image');
    refuse(domu.cdrom !== null, [...at, 'cdrom'], 'cdrom');
    refuse(domu.shares.length > 0, [...at, 'shares'], 'shares');
    refuse(domu.disks.root.filesystem !== 'ext4', [...at, 'disks', 'root', 'filesystem'], 'filesystem', {
      filesystem: domu.disks.root.filesystem,
    });
    domu.disks.data.forEach((disk, data) =>
      refuse(disk.filesystem !== 'ext4', [...at, 'disks', 'data', data, 'filesystem'], 'filesystem', {
        filesystem: disk.filesystem,
      }),
    );
    domu.network.forEach((nic, number) => refuse(nic.vlan !== null, [...at, 'network', number, 'vlan'], 'vlan'));
    if (parsed.domus[index]?.source !== 'inherit') {
      refuse(
        domu.source.medium !== null || domu.source.serveMedium,
        [...at, 'source', domu.source.medium !== null ? 'medium' : 'serveMedium'],
        'medium',
      );
      refuseExtraKeys(domu.source, [...at, 'source'], refuse);
    }
  });
  return findings;
}

function refuseExtraKeys(source: EffectiveProfile['host']['source'], at: Path, refuse: Refuse): void {
  source.extra.forEach((extra, index) =>
    refuse(extra.key !== null && !extra.key.startsWith('/'), [...at, 'extra', index, 'key'], 'extraKey'),
  );
}
