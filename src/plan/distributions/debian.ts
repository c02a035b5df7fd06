/** Debian. */
import type { Distribution } from './distribution.ts';
import { boot } from './debian-boot.ts';
import { firmwarePackages } from './debian-firmware.ts';
import { lists } from './debian-lists.ts';
import { initrds, packages } from './debian-packages.ts';
import { applianceSource, asksForLogin, buildSources, installedSources } from './debian-sources.ts';
import { keyboardSettings, ownPackage, packageManager } from './debian-trees.ts';

/** Its words, and where they stand in a tree. */
export const debian: Distribution = {
  name: 'debian',
  packages,
  firmware: firmwarePackages,
  initrds,
  applianceRelease: 'trixie',
  sources: { forBuilding: buildSources, installed: installedSources, ofThisMachine: applianceSource, asksForLogin },
  lists,
  keyboard: keyboardSettings,
  packageManager,
  units: { ssh: 'ssh.service' },
  programs: { busybox: '/usr/bin/busybox' },
  ownPackage,
  boot,
  xen: {
    pvhLoader: '/usr/lib/grub-xen/grub-i386-xen_pvh.bin',
    xendomainsSettings: '/etc/default/xendomains',
    // Xen 4.17 has the means in pygrub, but no word for it of its own.
    restrictsLoaders: (release) => release !== 'bookworm',
  },
  // Its fsck and GRUB do not know metadata_csum_seed and orphan_file.
  olderFilesystems: ['bookworm'],
};
