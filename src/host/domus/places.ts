/**
 * Where on a running host the disks of new DomUs come from, and where its medium lies: as its storage was planned.
 * Pure.
 */
import type { Facts } from '../../facts/facts.ts';
import type { PoolNow } from '../../facts/installed-host.ts';
import type { Word } from '../../i18n/phrase.ts';
import type { Plan } from '../../plan/plan.ts';
import { typeOf } from '../../plan/storage/devices/table.ts';
import { poolsOf } from '../../plan/storage/graph.ts';
import { resolvedVolumes } from '../../plan/storage/resolved-volumes.ts';
import { planStorage } from '../../plan/storage/storage.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';

/** How the host is asked for what is free in the pool of a plan, and which names it has. */
export function poolNow(plan: Plan): PoolNow {
  const [pool] = poolsOf(plan);
  const now = pool === undefined ? undefined : typeOf(pool).pool?.now;
  if (pool === undefined || now === undefined) throw new Error('the DomUs have no place for their disks');
  return { free: now.free(pool), freeMiB: now.freeMiB, names: now.names(pool), taken: now.taken };
}

/** What people call the pool of a plan. */
export function poolName(plan: Plan): Word {
  const [pool] = poolsOf(plan);
  const place = pool === undefined ? undefined : typeOf(pool).pool?.place(pool);
  return place ?? '';
}

/** The device with the copy of the medium; null: the host keeps none. `factsWith`: the host's, with a medium at a path. */
export function mediumDevice(kept: EffectiveProfile, factsWith: (medium: string) => Facts): string | null {
  const { source } = kept.host;
  if (source.medium === null || !source.copyMedium) return null;
  const { graph } = planStorage(kept, factsWith(''));
  return resolvedVolumes(graph).find(({ use }) => use === 'medium')?.device ?? null;
}
