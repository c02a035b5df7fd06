/**
 * Commands whose processes stay: `xl create` leaves one behind that starts its guest again when it reboots. Started
 * from a session it would end with that, where logind ends the processes of sessions; in a scope of systemd it does
 * not.
 */
import { existsSync } from 'node:fs';
import { cleanLine } from '../../clean-text.ts';

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

/**
 * The same command, apart from the session that this process belongs to. Its input, output and exit code are its own.
 * When the host goes down, guests are stopped first; whoever stops the scope leaves its processes alone, as the guest
 * would lose the one that restarts it, and its device model.
 */
export function apart(argv: readonly string[], description: string, { isSystemd }: Units): string[] {
  if (!isSystemd) return [...argv];
  return [
    'systemd-run',
    '--scope',
    '--quiet',
    '--collect',
    `--description=${cleanLine(description, 200)}`,
    '--property=KillMode=process',
    '--property=Before=xenwright-domus.service xendomains.service',
    '--',
    ...argv,
  ];
}
