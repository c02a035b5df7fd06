/**
 * Restarting the host with its DomUs: what speaks against it is said before any of them is stopped, they are stopped in
 * their order, and what ran comes back afterwards, also what does not start with the host by itself.
 */
import type { Message } from '../../i18n/phrase.ts';
import { isOwn, type Power } from '../domus/power.ts';
import { stopDomus, type StopWish } from '../domus/stop.ts';
import type { Target } from '../domus/targets.ts';

/** How those that run come back. */
export interface Returns {
  /** With the host, by themselves. */
  readonly alone: readonly Target[];
  /** By the list that is left for the next start. */
  readonly byList: readonly Target[];
  /** Not at all: this host has no configuration of them, or nothing that reads the list. */
  readonly not: readonly Target[];
}

/** What a restart needs of the host beside its DomUs. */
export interface RestartPort {
  /** Is there a unit that brings DomUs back by the list? */
  readonly hasList: boolean;
  /** What speaks against a restart now, for people: faults of the boot menu, half installed packages. */
  faults(): Promise<readonly Message[]>;
  /** Null takes it away. */
  writeList(text: string | null): Promise<void>;
  reboot(): Promise<void>;
}

/** The commands that restart it once the DomUs are down, for people who want to see them first. */
export const RESTART_COMMAND = ['systemctl', 'reboot'] as const;

/** Of those that run. Where Xenwright's starter is not there, xendomains starts what is linked in /etc/xen/auto. */
export function returnsOf(running: readonly Target[], power: Power, { hasList }: RestartPort): Returns {
  const isAlone = (target: Target): boolean =>
    target.known?.autostart === true && (target.known.by === 'record' ? isOwn(target, power) : !hasList);
  const alone = running.filter(isAlone);
  const byList = running.filter((one) => !isAlone(one) && hasList && one.known?.written != null);
  return { alone, byList, not: running.filter((one) => !alone.includes(one) && !byList.includes(one)) };
}

/** What the next start reads (assets/host/bring-back.sh). Null: nobody is on it. */
function listText({ byList }: Returns): string | null {
  const lines = byList.map(({ name, known }) => (known?.by === 'record' ? `own ${name}` : `config ${known?.config}`));
  return lines.length === 0 ? null : `${lines.join('\n')}\n`;
}

/** Resolves with whether the host restarts: not where a DomU still runs. What happens is told. */
export async function restartHost(
  running: readonly Target[],
  wish: StopWish,
  power: Power,
  port: RestartPort,
): Promise<boolean> {
  // Before they are stopped: whatever ends the host meanwhile, they come back.
  await port.writeList(listText(returnsOf(running, power, port)));
  if (running.length > 0 && !(await stopDomus(running, wish, power))) {
    await port.writeList(null);
    return false;
  }
  await port.reboot();
  return true;
}
