/** The port by which the host's screen looks at this host. */
import type { OverviewPort } from '../../host/overview/overview.ts';
import { deviceProbe } from '../disk/device-probe.ts';
import { statOrNull } from '../files/files.ts';
import { systemProbe } from '../process/probe-port.ts';
import { statusPort } from '../process/status-port.ts';

const MIB = 2 ** 20;
/** As the kernel counts in /sys, whatever a disk's own are. */
const SECTOR_BYTES = 512;

/** A host under load answers late: a tool that was not waited for would be said to be silent. */
const ANSWER_MS = 30_000;

export function overviewPort(): OverviewPort {
  const { read, list, link } = systemProbe();
  return {
    ...statusPort('', ANSWER_MS),
    // Without a limit: a file that is read late is not missing, and a host without Xen is told by one.
    ...{ read, list, link },
    async sizeMiB(path) {
      const number = path.startsWith('/dev/') ? await deviceProbe.device(path).catch(() => null) : null;
      if (number !== null) {
        const sectors = Number(await read(`/sys/dev/block/${number}/size`));
        return sectors > 0 ? Math.round((sectors * SECTOR_BYTES) / MIB) : null;
      }
      const found = await statOrNull(path).catch(() => null);
      return found?.isFile() === true ? Math.round(found.size / MIB) : null;
    },
  };
}
