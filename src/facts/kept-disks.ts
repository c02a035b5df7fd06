/**
 * Disks that nobody has open and that are not free all the same: those of guests whose memory was saved, which knows
 * them, and of guests that a command has in hand. Looks only; what is written there is data.
 */
import { shown } from './disk-uses.ts';
import { SAVED_GUESTS } from './host-places.ts';
import { RESCUE_NOTES } from './in-rescue.ts';
import type { ProbePort } from './probe-port.ts';

/** xl writes the guest's configuration at the beginning of an image of its memory. */
const MOST_OF_SAVED = 256 * 1024;
/** As xl and Xenwright write them. */
const PATHS = /"(?:pdev_path|path)"\s*:\s*"(\/(?:[^"\\]|\\.)*)"/g;

/** `user`: `saved:NAME` or `owned:NAME`. */
interface KeptDisk {
  readonly user: string;
  readonly path: string;
}

export async function probeKeptDisks(port: Pick<ProbePort, 'list' | 'read' | 'run'>): Promise<KeptDisk[]> {
  const found: KeptDisk[] = [];
  const add = (user: string, text: string | null): void => {
    for (const [, path = ''] of (text ?? '').matchAll(PATHS)) found.push({ user: shown(user), path });
  };
  for (const file of await port.list(RESCUE_NOTES))
    if (file.endsWith('.json'))
      add(`owned:${file.slice(0, -'.json'.length)}`, await port.read(`${RESCUE_NOTES}/${file}`));
  for (const name of await port.list(SAVED_GUESTS))
    add(`saved:${name}`, await port.run(['head', `--bytes=${MOST_OF_SAVED}`, `${SAVED_GUESTS}/${name}`]));
  return found;
}
