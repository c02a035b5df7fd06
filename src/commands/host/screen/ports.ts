/** How the host's screen looks at this host. */
import type { DomainFigures } from '../../../host/overview/figures.ts';
import { readFigures, readOverview, type Overview } from '../../../host/overview/overview.ts';
import { readStatus, type StatusReport } from '../../../host/status/report.ts';
import type { Translate } from '../../../i18n/keys.ts';
import { overviewPort } from '../../../system/host/overview-port.ts';
import { statusPort } from '../../../system/process/status-port.ts';

export { watchHost } from '../../../system/host/watch-host.ts';

const port = overviewPort();
/** Its checks have limits of their own, and say what is late. */
const checked = statusPort();

export async function look(t: Translate): Promise<Overview> {
  return await readOverview(port, t);
}

export async function figures(): Promise<readonly DomainFigures[] | null> {
  return await readFigures(port);
}

export async function check(): Promise<StatusReport> {
  return await readStatus(checked);
}
