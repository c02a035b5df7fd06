/**
 * Who has a DomU in hand. `xl create` leaves a process behind that starts its guest again when that reboots; its name
 * is gone for two seconds meanwhile. Started beside it, a guest would run twice on one disk. As the host's own starter
 * asks it (assets/host/xenwright_host/xl_owner.py), in one pass for all of them. Looks only.
 */
import { basename, resolve } from 'node:path';
import type { ProbePort } from './probe-port.ts';

/** What of xl changes a guest; not what only asks. */
const HANDS = new Set(['create', 'restore', 'migrate', 'migrate-receive', 'save', 'reboot', 'shutdown', 'destroy']);
const OWN_LOG = /^\/var\/log\/xen\/xl-(.+)\.log(?:\.\d+)?(?: \(deleted\))?$/;

/** A DomU as xl's command lines may name it. */
interface Named {
  readonly name: string;
  readonly config: string;
  /** Its number while it runs. */
  readonly domain?: number | undefined;
}
/** One xl that lives. `words`: names and paths on its command line, paths also as absolute ones. */
interface Hand {
  readonly pid: number;
  /** What it does. */
  readonly verb: string;
  readonly words: ReadonlySet<string>;
  /** The DomU whose log it writes, which only that one's own process does. */
  readonly logOf: string | null;
}

/** Every xl that lives and changes guests. */
export async function readHands(port: ProbePort): Promise<Hand[]> {
  const pids = (await port.list('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(async (pid) => await handOf(port, pid)));
  return found.flatMap((one) => one ?? []);
}

async function handOf(port: ProbePort, pid: string): Promise<Hand | null> {
  const words = ((await port.read(`/proc/${pid}/cmdline`)) ?? '').slice(0, 65_536).split('\0');
  // A script has its interpreter before it.
  const at = words.slice(0, 2).findIndex((word) => basename(word) === 'xl');
  const given = words.slice(at + 1).filter((word) => word !== '');
  const verb = at < 0 ? undefined : given.find((word) => HANDS.has(word));
  if (verb === undefined) return null;
  const [folder, log] = [await port.link(`/proc/${pid}/cwd`), await port.link(`/proc/${pid}/fd/1`)];
  const absolute = folder === null ? [] : given.map((word) => resolve(folder, word));
  const logOf = OWN_LOG.exec(log ?? '')?.[1] ?? null;
  return { pid: Number(pid), verb, words: new Set([...given, ...absolute]), logOf };
}

/** Those that have this DomU in hand: by its name, number or configuration, or by the log that its own one writes. */
export function ownersOf(hands: readonly Hand[], { name, config, domain }: Named): Hand[] {
  return hands.filter(
    ({ words, logOf }) =>
      words.has(name) || words.has(config) || logOf === name || (domain !== undefined && words.has(String(domain))),
  );
}
