/** DomUs that a command has in hand: its notes of them, and where their configurations lie meanwhile. Looks only. */
import { cleanLine } from '../clean-text.ts';
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

/** A DomU that one command has in hand. */
export interface OwnedDomu {
  /** Its configuration, as it is called otherwise. */
  readonly config: string;
  /** What goes on with it, or undoes it, after it was cut off; null: it is a rescue. */
  readonly wayOut: readonly string[] | null;
}

/**
 * Those that a command has in hand (a rescue, above all), or had when it was cut off, by their names. Where nothing is
 * written down, or nonsense, nothing was changed.
 */
export async function readOwned(port: Pick<ProbePort, 'list' | 'read'>): Promise<ReadonlyMap<string, OwnedDomu>> {
  const found = new Map<string, OwnedDomu>();
  for (const file of await port.list(RESCUE_NOTES)) {
    const note = file.endsWith('.json') ? parseJson(await port.read(`${RESCUE_NOTES}/${file}`)) : null;
    if (!isRecord(note) || typeof note['config'] !== 'string' || !/^\/[^\p{Cc}]+$/u.test(note['config'])) continue;
    if (typeof note['name'] !== 'string' || `${note['name']}.json` !== file) continue;
    found.set(note['name'], { config: note['config'], wayOut: wayOutOf(note) });
  }
  return found;
}

function wayOutOf({ by, wayOut }: Readonly<Record<string, unknown>>): string[] | null {
  if (by === undefined || by === 'rescue' || !Array.isArray(wayOut)) return null;
  return wayOut.map((word) => cleanLine(String(word), 200));
}
