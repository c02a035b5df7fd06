/** What an install onto this machine's disks takes of the running system, where it would only be missed after the wipe. */
import { extFeatures } from '../../plan/storage/devices/ext4.ts';
import { refused, type Rule } from '../rule.ts';

/** Of /boot and the roots, and of the ESP. */
const FILESYSTEMS = ['ext4', 'vfat'];

export const installerCan: Rule = (profile, facts) => {
  if (facts === null || facts.kind !== 'machine') return [];
  const { lacks = [], kernel } = facts;
  const releases = [profile.host.release, ...profile.domus.map(({ release }) => release)];
  const newest = releases.find((release) => extFeatures(release).includes('orphan_file'));
  return [
    ...(lacks.includes('udev') ? [refused('installer-lacks.udev', ['host', 'storage'])] : []),
    ...(lacks.includes('orphan_file') && newest !== undefined
      ? [refused('installer-lacks.orphanFile', ['host', 'storage'], { release: newest })]
      : []),
    // An empty list is one that nobody has made.
    ...FILESYSTEMS.filter((name) => kernel.filesystems.length > 0 && !kernel.filesystems.includes(name)).map(
      (filesystem) => refused('installer-lacks.filesystem', ['host', 'storage'], { filesystem }),
    ),
  ];
};
