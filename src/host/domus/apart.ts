/**
 * Commands whose processes stay: `xl create` leaves one behind that starts its guest again when it reboots. Started
 * from a session it would end with that, where logind ends the processes of sessions; in a scope of systemd it does
 * not.
 */
import { cleanLine } from '../../clean-text.ts';
import type { Units } from '../../system/process/systemd.ts';

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
