/**
 * pygrub parses in Dom0 what a guest has written to its disk. It runs as a user who may do nothing but read that: Xen
 * puts it into an empty folder with the disk alone, and here the disks of DomUs are made readable to it. Without that
 * it finds no kernel.
 */
import type { HostModel, ResolvedDomu, ResolvedVolume, TreeContent } from '../model.ts';
import { content, textFile } from '../trees/content.ts';

/**
 * One user for all: of its processes each sees one disk, read-only, and none can look into another. The number is
 * fixed, since disks that are files get it before Dom0 has users; it lies outside of what Debian, systemd and
 * subordinate users take.
 */
export const PYGRUB_USER = { name: 'xen-pygrub', id: 70_443 } as const;
/** tree.identity makes the users that stand here. */
export const SYSUSERS = '/etc/sysusers.d/xenwright.conf';

/** Lines of xl.cfg. Xen 4.17 has the means in pygrub, but no word for it of its own. */
export function pygrubEntries({ profile }: HostModel): Record<string, string | number | readonly string[]> {
  const restricted =
    profile.host.release === 'bookworm'
      ? { bootloader_args: [`--runas=${PYGRUB_USER.id}`, '--quiet'] }
      : { bootloader_restrict: 1, bootloader_user: PYGRUB_USER.name };
  return { bootloader: 'pygrub', ...restricted };
}

/** Whether pygrub reads this volume. */
export function isReadByPygrub(volume: ResolvedVolume, domus: readonly ResolvedDomu[]): boolean {
  return (
    volume.use === 'root' && domus.some(({ settings, boot }) => settings.name === volume.domain && boot === 'pygrub')
  );
}

/** For every root volume, also of DomUs that are added later. */
export function pygrubAccess({ profile }: HostModel): TreeContent {
  const { layout, volumeGroup } = profile.host.storage;
  const rule = `SUBSYSTEM=="block", ACTION!="remove", ENV{DM_VG_NAME}=="${volumeGroup}", ENV{DM_LV_NAME}=="?*-root", GROUP="${PYGRUB_USER.id}", MODE="0640"`;
  return content({
    files: [
      textFile(
        SYSUSERS,
        `# Written by Xenwright.\nu ${PYGRUB_USER.name} ${PYGRUB_USER.id} "Reads the kernels of PV guests" / /usr/sbin/nologin`,
      ),
      ...(layout === 'lvm'
        ? [
            textFile(
              '/etc/udev/rules.d/90-xenwright-pygrub.rules',
              `# Written by Xenwright: ${PYGRUB_USER.name} may read what PV guests start from.\n${rule}`,
            ),
          ]
        : []),
    ],
  });
}
