/**
 * Finished bases that a boot medium carries: the planner takes one that fits instead of building its own. What is
 * damaged, or was made by another version, is told from them here, before anything is planned or written.
 */
import { lookAtBase } from './base-manifest.ts';
import type { BundledBase, SourceMedium, UnfitBase } from './facts.ts';
import { BOOT_MEDIUM } from './medium-label.ts';
import type { ProbePort } from './probe-port.ts';

/** Where they are while the medium runs; each folder is like one of the base store. */
export const BUNDLED_BASES = `${BOOT_MEDIUM}/xenwright/bases`;

export interface BundledBases {
  readonly fit: readonly BundledBase[];
  readonly unfit: readonly UnfitBase[];
}

/** Those of the medium that this machine has booted from; none on any other machine. */
export async function probeBundledBases(port: ProbePort): Promise<BundledBases> {
  const fit: BundledBase[] = [];
  const unfit: UnfitBase[] = [];
  for (const name of await port.list(BUNDLED_BASES)) {
    const found = await lookAtBase(port, BUNDLED_BASES, name);
    if (typeof found === 'string') unfit.push({ name, why: found });
    else fit.push({ hash: name, base: found.base });
  }
  return { fit, unfit };
}

/**
 * May the finished bases of a medium that packages came from be used? Who signs its package lists says nothing of them:
 * it must be vouched for whole. `manifest` alone is what older hosts have kept of it.
 */
export function mayGiveBases({ booted, sha256, archives }: SourceMedium): boolean {
  return booted === true || sha256 !== undefined || archives.some(({ trust }) => trust === 'manifest');
}
