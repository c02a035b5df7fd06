/**
 * Sizes that depend on the disk, shares of it and what is left of it: what they come to must hold a base, which is only
 * written after the wipe. Fixed sizes are looked at without a machine.
 */
import type { Facts } from '../../facts/facts.ts';
import type { EffectiveProfile, Size } from '../../profile/effective.ts';
import { XenwrightError } from '../../errors.ts';
import { deviceOf, type StorageGraph, type Volume } from '../../plan/storage/graph.ts';
import { planStorage } from '../../plan/storage/storage.ts';
import type { Finding } from '../finding.ts';
import { refused, type Rule } from '../rule.ts';
import { LEAST_MIB, leastWord } from './volumes.ts';

export const plannedSizesSuffice: Rule = (profile, facts) => {
  const { storage } = profile.host;
  const sizes = [storage.root, storage.cache, ...profile.domus.map(({ disks }) => disks.root.size)];
  const graph = facts === null || !sizes.some(dependsOnDisk) ? null : plannedGraph(profile, facts);
  return graph === null ? [] : graph.volumes.flatMap((volume) => tooSmall(graph, volume, profile));
};

function dependsOnDisk({ kind }: Size): boolean {
  return kind !== 'fixed';
}

/** Null: it does not fit at all, which another rule says. */
function plannedGraph(profile: EffectiveProfile, facts: Facts): StorageGraph | null {
  try {
    return planStorage(profile, facts).graph;
  } catch (error) {
    if (error instanceof XenwrightError) return null;
    throw error;
  }
}

function tooSmall(graph: StorageGraph, volume: Volume, { host, domus }: EffectiveProfile): Finding[] {
  const size = deviceOf(graph, volume).sizeMiB;
  const below = (leastMiB: number): boolean => size < leastMiB;
  const values = (leastMiB: number): { size: number; least: string } => ({ size, least: leastWord(leastMiB) });
  if (volume.domain === 'dom0') {
    if (volume.use === 'root' && dependsOnDisk(host.storage.root) && below(LEAST_MIB.root))
      return [refused('root-size.dom0', ['host', 'storage', 'root'], values(LEAST_MIB.root))];
    if (volume.use === 'cache' && dependsOnDisk(host.storage.cache) && below(LEAST_MIB.cache))
      return [refused('cache-size', ['host', 'storage', 'cache'], values(LEAST_MIB.cache))];
    return [];
  }
  const index = domus.findIndex(({ name }) => name === volume.domain);
  const root = domus[index]?.disks.root.size;
  return volume.use === 'root' && root !== undefined && dependsOnDisk(root) && below(LEAST_MIB.domuRoot)
    ? [refused('root-size.domu', ['domus', index, 'disks', 'root', 'size'], values(LEAST_MIB.domuRoot))]
    : [];
}
