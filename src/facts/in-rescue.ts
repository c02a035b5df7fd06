/** DomUs that a rescue has in hand: its notes of them, and where their configurations lie meanwhile. Looks only. */
import { isRecord, parseJson } from './lsblk.ts';
import type { ProbePort } from './probe-port.ts';

/** Over restarts of the host, too: a note NAME.json is there from before anything is changed until all is given back. */
export const RESCUE_NOTES = '/var/lib/xenwright/rescue';
/** Behind the name of a configuration. xl and the folder of those that start with the host take only `.cfg`. */
export const ASIDE = '.in-rescue';

/** Beside it; in the folder of those that start with the host as what is not started there, whatever ends its name. */
export function asideOf(config: string): string {
  const [, folder = '', name = ''] = /^(.*\/)([^/]*)$/.exec(config) ?? [];
  return folder.endsWith('/auto/') ? `${folder}.${name}${ASIDE}` : config + ASIDE;
}

/**
 * Those that are being rescued, or whose rescue did not come to its end: their configurations, as they are called
 * otherwise, by their names. Where nothing is written down, or nonsense, nothing was changed.
 */
export async function readRescues(port: Pick<ProbePort, 'list' | 'read'>): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const file of await port.list(RESCUE_NOTES)) {
    const note = file.endsWith('.json') ? parseJson(await port.read(`${RESCUE_NOTES}/${file}`)) : null;
    if (!isRecord(note) || typeof note['config'] !== 'string' || !/^\/[^\p{Cc}]+$/u.test(note['config'])) continue;
    if (typeof note['name'] === 'string' && `${note['name']}.json` === file) found.set(note['name'], note['config']);
  }
  return found;
}
