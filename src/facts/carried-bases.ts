/** Finished bases that a boot medium carries: the planner takes one that fits instead of building its own. */
import type { BaseSpec } from '../plan/action.ts';
import { isRecord, parseJson } from './lsblk.ts';
import type { ProbePort } from './probe-port.ts';

/** Where they are while the medium runs; each folder is like one of the base store. */
export const CARRIED_BASES = '/run/xenwright/medium/xenwright/bases';

export interface CarriedBase { readonly hash: string; readonly base: BaseSpec }

/** Those of the medium that this machine has booted from; none on any other machine. */
export async function probeCarriedBases(port: ProbePort): Promise<CarriedBase[]> {
  const found: CarriedBase[] = [];
  for (const name of await port.list(CARRIED_BASES)) {
    const manifest = parseJson(await port.read(`${CARRIED_BASES}/${name}/manifest.json`));
    if (isRecord(manifest) && manifest['hash'] === name && isRecord(manifest['base'])) found.push({ hash: name, base: manifest['base'] as unknown as BaseSpec });
  }
  return found;
}
