/**
 * Finished bases that a boot medium carries: the planner takes one that fits instead of building its own. What is damaged, or was
 * made by another version, is told from them here, before anything is planned or written.
 */
import { createHash } from 'node:crypto';
import type { BaseSpec } from '../plan/action.ts';
import { BASE_RECIPE } from '../plan/base-recipe.ts';
import { isRecord, parseJson } from './lsblk.ts';
import type { ProbePort } from './probe-port.ts';

/** Where they are while the medium runs; each folder is like one of the base store. */
export const CARRIED_BASES = '/run/xenwright/medium/xenwright/bases';

export interface CarriedBase { readonly hash: string; readonly base: BaseSpec }
/** `version`: made by another version of Xenwright; `damaged`: something of it is missing or is not what it was. */
export interface UnfitBase { readonly name: string; readonly why: 'version' | 'damaged' }
export interface CarriedBases { readonly fit: readonly CarriedBase[]; readonly unfit: readonly UnfitBase[] }

/** Those of the medium that this machine has booted from; none on any other machine. */
export async function probeCarriedBases(port: ProbePort): Promise<CarriedBases> {
  const fit: CarriedBase[] = [];
  const unfit: UnfitBase[] = [];
  for (const name of await port.list(CARRIED_BASES)) {
    const found = await look(name, port);
    if (typeof found === 'string') unfit.push({ name, why: found });
    else fit.push({ hash: name, base: found });
  }
  return { fit, unfit };
}

/** The image itself is not read through: that takes as long as writing it. */
async function look(name: string, port: ProbePort): Promise<BaseSpec | UnfitBase['why']> {
  const folder = `${CARRIED_BASES}/${name}`;
  const manifest = parseJson(await port.read(`${folder}/manifest.json`));
  if (!isRecord(manifest) || manifest['hash'] !== name || !isRecord(manifest['base'])) return 'damaged';
  if (manifest['recipe'] !== BASE_RECIPE) return 'version';
  const extents = await port.read(`${folder}/extents.json`);
  const sums = manifest['sha256'];
  const isWhole = extents !== null && isRecord(sums) && sums['extents.json'] === createHash('sha256').update(extents).digest('hex') && (await port.list(folder)).includes('image');
  return isWhole ? manifest['base'] as unknown as BaseSpec : 'damaged';
}
