/** What starting and stopping DomUs has in common: the host it is done on, and what is told. */
import { SAVED_GUESTS, STARTER_NOTES } from '../../facts/host-places.ts';
import type { Message } from '../../i18n/phrase.ts';
import { commandLine } from '../../plan/shell-words.ts';
import { destroyDomain } from './destroy.ts';
import { ownedBy } from './owned.ts';
import { SCRIPTS, type Scripts } from './own-starter.ts';
import type { DiskUsersPort } from './disks-free.ts';
import { hostPort, parseList, type HostPort } from './running.ts';
import { wordFor, type Target } from './targets.ts';
import { usersOfDisks } from '../../system/disk/disk-in-use.ts';
import { findTool } from '../../system/process/exec.ts';
import { unitsHere, type Units } from '../../system/process/systemd.ts';

export interface Power {
  readonly port: HostPort;
  readonly scripts: Scripts;
  readonly units: Units;
  readonly usersOf: DiskUsersPort;
  /** The folders of this start of the host, and of images of guests that were saved. */
  readonly notes: string;
  readonly saved: string;
  tell(message: Message): void;
  /** Seconds, in the language of the messages. */
  duration(seconds: number): string;
  sleep(ms: number): Promise<void>;
}

/** This host. */
export function powerHere(tell: Power['tell'], duration: Power['duration']): Power {
  return {
    port: hostPort(),
    scripts: SCRIPTS,
    units: unitsHere(),
    usersOf: usersOfDisks,
    notes: STARTER_NOTES,
    saved: SAVED_GUESTS,
    tell,
    duration,
    sleep: async (ms) =>
      await new Promise((resolve) => {
        setTimeout(resolve, ms);
      }),
  };
}

/** Xenwright made it, and its starter is there to handle it: that would wait for as long as a rescue has it in hand. */
export function isOwn({ known }: Target, { scripts }: Power): boolean {
  return known?.by === 'record' && known.trouble === null && !known.isInRescue && findTool(scripts.starter);
}

/** Numbers of the domains that run now, by their names. Null: xl did not answer this time. */
export async function domainsNow({
  port,
}: Power): Promise<ReadonlyMap<string, ReturnType<typeof parseList>[0]> | null> {
  const answer = await port.ask(['xl', 'list']);
  return 'why' in answer ? null : new Map(parseList(answer.text).map((one) => [one.name, one]));
}

/** Switches a domain off. */
export async function destroy(domain: Parameters<typeof wordFor>[0]): Promise<void> {
  await destroyDomain(wordFor(domain));
}

/** Where to look when one is not up. */
export function nextSteps(name: string): Message {
  return {
    key: 'commandLine.domu.power.next',
    values: {
      log: commandLine(['xenwright', 'domu', 'log', name]),
      console: commandLine(['xenwright', 'domu', 'console', name]),
      rescue: commandLine(['xenwright', 'domu', 'rescue', name]),
    },
  };
}

/** Why one that a rescue, or another command, has in hand is not started, and the way out. */
export function inRescue(name: string, wayOut: readonly string[] | null = null): Message {
  if (wayOut !== null) return ownedBy(wayOut);
  return {
    key: 'commandLine.domu.power.inRescue',
    values: { command: commandLine(['xenwright', 'domu', 'rescue', name, '--close']) },
  };
}

export function notUp(name: string, why: Message): Message {
  return { key: 'commandLine.domu.power.notUp', values: { name, why } };
}
