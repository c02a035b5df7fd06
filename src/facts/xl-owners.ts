/**
 * Who has a guest in hand: `xl create` leaves a process behind that restarts its guest from what it has stored, while
 * the guest's name is gone. As assets/host/xenwright_host/xl_owner.py, which the host's starter goes by. Looks only.
 */
import { basename } from 'node:path';
import type { ProbePort } from './probe-port.ts';

/** Of xl's verbs those that change a guest. */
const HANDS = new Set(['create', 'restore', 'migrate', 'migrate-receive', 'save', 'reboot', 'shutdown', 'destroy']);
export interface XlOwner {
  readonly pid: number;
  readonly verb: string;
}

/**
 * Every xl that lives and has this guest in hand: by its name, its configuration, or the log that only the guest's own
 * one writes. `domain`: its number while it runs.
 */
export async function xlOwners(
  port: ProbePort,
  { name, config, domain }: { readonly name: string; readonly config: string; readonly domain?: number | undefined },
): Promise<XlOwner[]> {
  const found: XlOwner[] = [];
  const known = new Set([name, config, ...(domain === undefined ? [] : [String(domain)])]);
  const logs = [`/var/log/xen/xl-${name}.log`];
  for (const process of (await port.list('/proc')).filter((one) => /^\d+$/.test(one))) {
    const words = ((await port.read(`/proc/${process}/cmdline`)) ?? '').slice(0, 65_536).split('\0');
    // A script has its interpreter before it.
    const at = words.slice(0, 2).findIndex((word) => basename(word) === 'xl');
    if (at < 0) continue;
    const verb = words.slice(at + 1).find((word) => HANDS.has(word));
    if (verb === undefined) continue;
    const named = words.slice(at + 1).some((word) => known.has(word));
    if (named || logs.includes((await port.link(`/proc/${process}/fd/1`)) ?? ''))
      found.push({ pid: Number(process), verb });
  }
  return found;
}
