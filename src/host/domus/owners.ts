/**
 * Who has a DomU in hand. `xl create` leaves a process behind that starts its guest again when that reboots; its name
 * is gone for two seconds meanwhile. Started beside it, a guest would run twice on one disk. As the host's own starter
 * asks it (assets/host/xenwright_host/xl_owner.py), in one pass for all of them. Looks only.
 */
import { basename, resolve } from 'node:path';
import type { HostPort } from './running.ts';

/** What of xl changes a guest; not what only asks. */
const HANDS = new Set(['create', 'restore', 'migrate', 'migrate-receive', 'save', 'reboot', 'shutdown', 'destroy']);
const OWN_LOG = /^\/var\/log\/xen\/xl-(.+)\.log(?:\.\d+)?(?: \(deleted\))?$/;

/** One xl that lives. `words`: names and paths on its command line, paths also as absolute ones. */
interface Hand {
  readonly pid: number;
  readonly words: ReadonlySet<string>;
  /** The DomU whose log it writes, which only that one's own process does. */
  readonly logOf: string | null;
}

/** Every xl that lives and changes guests. */
export async function readHands(port: HostPort): Promise<Hand[]> {
  const pids = (await port.list('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(async (pid) => await handOf(port, pid)));
  return found.flatMap((one) => one ?? []);
}

async function handOf(port: HostPort, pid: string): Promise<Hand | null> {
  const words = ((await port.read(`/proc/${pid}/cmdline`)) ?? '').slice(0, 65_536).split('\0');
  // A script has its interpreter before it.
  const at = words.slice(0, 2).findIndex((word) => basename(word) === 'xl');
  const given = words.slice(at + 1).filter((word) => word !== '');
  if (at < 0 || !given.some((word) => HANDS.has(word))) return null;
  const [folder, log] = [await port.link(`/proc/${pid}/cwd`), await port.link(`/proc/${pid}/fd/1`)];
  const absolute = folder === null ? [] : given.map((word) => resolve(folder, word));
  return { pid: Number(pid), words: new Set([...given, ...absolute]), logOf: OWN_LOG.exec(log ?? '')?.[1] ?? null };
}

/** Process ids of those that have this DomU in hand. */
export function ownersOf(hands: readonly Hand[], domu: { readonly name: string; readonly config: string }): number[] {
  return hands
    .filter(({ words, logOf }) => words.has(domu.name) || words.has(domu.config) || logOf === domu.name)
    .map(({ pid }) => pid);
}
