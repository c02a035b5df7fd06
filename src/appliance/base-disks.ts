/** Which bases an action reads inside the appliance, and the name of the disk that each is handed in as. Pure. */
import type { Action } from '../plan/action.ts';

/** Serials of virtio disks hold 20 characters. */
const HASH_CHARACTERS = 16;

export function basesOf(action: Action): readonly string[] {
  return action.kind === 'base.write' ? [action.params.hash] : [];
}

/** A copy is written once: there is room for a few disks only, and a host may have many DomUs. */
export function readsOnce(action: Action): boolean {
  return action.kind === 'base.write' && action.params.isCopy === true;
}

export function baseSerial(hash: string): string {
  return `xw-${hash.slice(0, HASH_CHARACTERS)}`;
}
