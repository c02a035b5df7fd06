/**
 * pygrub parses in Dom0 what a guest has written to its disk. It runs as a user who may do nothing but read that: Xen
 * puts it into an empty folder with the disk alone, and here the disks of DomUs are made readable to it. Without that
 * it finds no kernel.
 */
import { distributionOf } from '../distributions/table.ts';
import type { HostModel, TreeContent } from '../model.ts';
import { content, textFile } from '../trees/content.ts';
import { PYGRUB_USER } from './pygrub-user.ts';

/** tree.identity makes the users that stand here. */
export const SYSUSERS = '/etc/sysusers.d/xenwright.conf';

/** Lines of xl.cfg: by its own words, or by those of pygrub. */
export function pygrubEntries({ profile }: HostModel): Record<string, string | number | readonly string[]> {
  const restricted = distributionOf(profile.host).xen.restrictsLoaders(profile.host.release)
    ? { bootloader_restrict: 1, bootloader_user: PYGRUB_USER.name }
    : { bootloader_args: [`--runas=${PYGRUB_USER.id}`, '--quiet'] };
  return { bootloader: 'pygrub', ...restricted };
}

/** The user that pygrub runs as; that it may read the disks is up to their types. */
export function pygrubAccess(): TreeContent {
  return content({
    files: [
      textFile(
        SYSUSERS,
        `# Written by Xenwright.\nu ${PYGRUB_USER.name} ${PYGRUB_USER.id} "Reads the kernels of PV guests" / /usr/sbin/nologin`,
      ),
    ],
  });
}
