/** Fields whose feature does not exist yet: refused whenever they ask for more than the default does. One row a field. Pure. */
import type { Finding } from '../check/finding.ts';
import type { EffectiveProfile } from './effective.ts';
import type { AuthoredProfile } from './schema.ts';

type Path = readonly (string | number)[];

/** Every place of a profile that asks for something that is not there yet. */
export function notSupportedYet(profile: EffectiveProfile, authored: AuthoredProfile): Finding[] {
  const findings: Finding[] = [];
  const refuse = (asked: boolean, path: Path, what: string, hint?: string): void => {
    if (asked) findings.push({ severity: 'error', code: 'not-supported-yet', path, message: `not supported yet: ${what}`, exit: 3, ...(hint === undefined ? {} : { hint }) });
  };
  const { host, install, report } = profile;
  refuse(profile.interactive.length > 0, ['interactive'], 'asking for sections on screen');
  refuse(install.reinstall !== 'never', ['install', 'reinstall'], 'reinstalling a finished host', 'remove the image, or erase the disk, to install anew');
  refuse(install.onError !== 'hold', ['install', 'onError'], `onError: ${install.onError}`, 'it belongs to the boot medium, which is not there yet');
  refuse(host.distribution === 'fedora', ['host', 'distribution'], 'Fedora', 'use debian');
  const storage = ['host', 'storage'];
  refuse(host.storage.layout === 'btrfs', [...storage, 'layout'], 'the btrfs layout', 'use lvm or plain');
  refuse(host.storage.raid !== null, [...storage, 'raid'], 'RAID', 'name one disk');
  refuse(host.storage.raid === null && host.storage.disks.reduce((sum, disk) => sum + disk.count, 0) > 1, [...storage, 'disks'], 'more than one disk', 'name one disk');
  refuse(host.storage.encryption !== null, [...storage, 'encryption'], 'encryption');
  refuse(host.storage.filesystem !== 'ext4', [...storage, 'filesystem'], `the ${host.storage.filesystem} filesystem`, 'use ext4');
  refuse(host.storage.keep !== 'none', [...storage, 'keep'], 'keeping volumes of an earlier install');
  host.network.bridges.forEach((bridge, index) => {
    const at = ['host', 'network', 'bridges', index];
    refuse(bridge.bond !== null, [...at, 'bond'], 'bonds', 'name one uplink');
    refuse(bridge.trunk, [...at, 'trunk'], 'VLAN-aware bridges', 'use one bridge per VLAN');
  });
  refuseSource(host.source, ['host', 'source'], refuse);
  refuse(report.webhook !== null, ['report', 'webhook'], 'webhooks');
  refuse((authored.hosts ?? []).length > 0, ['hosts'], 'rules per host');
  refuse(authored.unmatched === 'refuse', ['unmatched'], 'rules per host');
  profile.domus.forEach((domu, index) => {
    const at = ['domus', index];
    refuse(domu.distribution !== 'debian', [...at, 'distribution'], domu.distribution === 'none' ? 'empty DomUs' : 'Fedora', 'use debian');
    refuse(domu.image !== null, [...at, 'image'], 'DomUs from images');
    refuse(domu.cdrom !== null, [...at, 'cdrom'], 'virtual CD-ROMs');
    refuse(domu.shares.length > 0, [...at, 'shares'], 'shares');
    refuse(domu.disks.root.filesystem !== 'ext4', [...at, 'disks', 'root', 'filesystem'], `the ${domu.disks.root.filesystem} filesystem`, 'use ext4');
    domu.disks.data.forEach((disk, data) => refuse(disk.filesystem !== 'ext4', [...at, 'disks', 'data', data, 'filesystem'], `the ${disk.filesystem} filesystem`, 'use ext4'));
    domu.network.forEach((nic, number) => {
      refuse(nic.vlan !== null, [...at, 'network', number, 'vlan'], 'VLANs of single interfaces', 'give the VLAN a bridge of its own');
      refuse(nic.antispoof, [...at, 'network', number, 'antispoof'], 'anti-spoofing rules');
    });
    if (authored.domus?.[index]?.source !== undefined && authored.domus[index].source !== 'inherit') refuseSource(domu.source, [...at, 'source'], refuse);
  });
  return findings;
}

type Refuse = (asked: boolean, path: Path, what: string, hint?: string) => void;

function refuseSource(source: EffectiveProfile['host']['source'], at: Path, refuse: Refuse): void {
  refuse(source.medium !== null, [...at, 'medium'], 'installing from a medium', 'leave it null: packages come from the mirror');
  refuse(source.serveMedium, [...at, 'serveMedium'], 'serving a medium');
  source.extra.forEach((extra, index) => refuse(extra.key !== null && !extra.key.startsWith('/'), [...at, 'extra', index, 'key'], 'keys that are no absolute path'));
}
