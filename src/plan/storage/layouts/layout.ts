/** What a storage layout is: one file per layout beside this one, and one row in `./storage.ts`. */
import type { DiskFacts } from '../../facts/facts.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';
import type { ResolvedVolume } from '../model.ts';
import type { PartitionPlan } from './partitions.ts';
import { PlanRefusal } from '../refusal.ts';
import type { Wipe } from './wipe.ts';

export interface StoragePlan {
  readonly disk: DiskFacts;
  /** The name the plan uses: by-id where there is one. */
  readonly diskPath: string;
  readonly partitions: PartitionPlan;
  readonly volumes: readonly ResolvedVolume[];
  /** Null: volumes are partitions, and DomU disks are files. */
  readonly volumeGroup: string | null;
  readonly reserveMiB: number;
  /** How the volumes of DomUs come to read as zeros; null: they do, or need not. */
  readonly wipe: Wipe | null;
}

/** A chosen disk and what the layout starts from. */
interface LayoutInput {
  readonly profile: EffectiveProfile;
  readonly seed: string;
  readonly disk: DiskFacts;
  readonly bootMiB: number;
  /** Of the medium that is kept; null: none. */
  readonly mediumBytes: number | null;
}

export type Layout = (input: LayoutInput) => Omit<StoragePlan, 'wipe'>;

/** Throws `disk-too-small` with the numbers when what is wanted is more than what there is. */
export function assertFits(disk: DiskFacts, neededMiB: number, holdsMiB: number, place: 'group' | 'space'): void {
  if (neededMiB <= holdsMiB) return;
  const holds = Math.max(0, holdsMiB);
  throw new PlanRefusal(`disk-too-small.${place}`, {
    needed: neededMiB,
    disk: disk.path,
    size: disk.sizeMiB,
    holds,
    missing: neededMiB - holds,
  });
}
