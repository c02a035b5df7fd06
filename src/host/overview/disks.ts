/** Which volumes and images a DomU has, by its xl configuration: paths on this host. Pure. */
import type { KnownDomu } from '../domus/running.ts';

const MOST_DISKS = 32;

/** Media are none of its own, and what is no absolute path is for another program to open. */
export function diskPathsOf(domu: Pick<KnownDomu, 'written'> | undefined): string[] {
  const paths = (domu?.written?.disks ?? []).slice(0, MOST_DISKS).flatMap((disk) => {
    if (/(?:^|,)\s*(?:devtype=)?cdrom\s*(?:,|$)|:cdrom\b/.test(disk)) return [];
    const target = /(?:^|,)\s*target=(.*)$/.exec(disk)?.[1] ?? disk.split(',')[0] ?? '';
    const path = target.trim().replace(/^(?:phy|file|tap2?|aio|raw|qcow2?|vhd|vdi):/, '');
    return path.startsWith('/') ? [path] : [];
  });
  return [...new Set(paths)];
}
