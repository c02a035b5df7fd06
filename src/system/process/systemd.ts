/** Whether systemd runs this system, and which of our units it has. */
import { existsSync } from 'node:fs';

/** There while systemd is the init of this system: sd_booted(3). */
const SYSTEMD = '/run/systemd/system';
/** The unit that each DomU of Xenwright has; hosts of earlier versions have none. */
const DOMU_UNIT = '/etc/systemd/system/xenwright-domu@.service';

export interface Units {
  readonly isSystemd: boolean;
  /** Does the starter create each DomU by a unit of its own? */
  readonly hasDomuUnits: boolean;
}

export function unitsHere(): Units {
  const isSystemd = existsSync(SYSTEMD);
  return { isSystemd, hasDomuUnits: isSystemd && existsSync(DOMU_UNIT) };
}
