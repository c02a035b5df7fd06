/**
 * Running totals of the DomUs against the host's memory and disk: numbers for the list, kept until the draft changes.
 * Pure.
 */
import { XEN_OVERHEAD_MIB, defaultDom0MemoryMiB } from '../../plan/defaults.ts';
import { fixedMiB } from '../../plan/storage/layouts/system-disk.ts';
import { volumeRequests } from '../../plan/storage/volume-requests.ts';
import { parseMiB, parseSize } from '../../profile/sizes.ts';
import { targetKind } from './target.ts';
import type { Environment } from './environment.ts';
import { chosenDisk } from './disks.ts';
import { domusOf, getAt, listAt, type Draft, type Plain } from './draft.ts';
import { effectiveProfileOf, machineOf, planned } from './effective.ts';

export interface Totals {
  readonly memoryMiB: { readonly used: number; readonly total: number };
  /** `grows`: an image is as large as is needed. Null total: no disk is chosen yet. */
  readonly diskMiB: { readonly used: number; readonly total: number | null; readonly grows: boolean };
}

/** Above this share of what there is, one is warned before it is too much. */
export const NEARLY_FULL = 0.9;

export function totalsOf(draft: Draft, environment: Environment): Totals {
  const profile = effectiveProfileOf(draft, environment);
  const facts = machineOf(draft, environment, null);
  const dom0MiB =
    parseMiB(String(getAt(draft.profile, ['host', 'xen', 'memory']) ?? '')) ?? defaultDom0MemoryMiB(facts.memoryMiB);
  const memoryUsed = domusOf(draft).reduce<number>((sum, domu) => sum + memoryOf(domu), dom0MiB + XEN_OVERHEAD_MIB);
  const isImage = targetKind({ draft, environment }) === 'image';
  const stated = draft.target.size === undefined ? null : parseMiB(draft.target.size);
  const grows = isImage && stated === null;
  const diskTotal = grows
    ? profile === null
      ? null
      : planned(profile, facts.medium)
    : isImage
      ? stated
      : (chosenDisk(draft, facts.disks)?.sizeMiB ?? null);
  return {
    memoryMiB: { used: memoryUsed, total: facts.memoryMiB },
    diskMiB: { used: profile === null ? 0 : usedMiB(profile, diskTotal ?? 0), total: diskTotal, grows },
  };
}

function usedMiB(profile: NonNullable<ReturnType<typeof effectiveProfileOf>>, diskMiB: number): number {
  const { boot, reserve } = profile.host.storage;
  return [...volumeRequests(profile).map((request) => request.size), boot, reserve].reduce(
    (sum, size) =>
      sum +
      (size.kind === 'fixed' ? size.miB : size.kind === 'percent' ? Math.floor((diskMiB * size.percent) / 100) : 0),
    fixedMiB(),
  );
}

export function memoryOf(domu: Plain): number {
  return parseMiB(String(getAt(domu, ['memory']) ?? '512M')) ?? 0;
}

/** What a DomU takes of the disk in fixed sizes; null where a size cannot be read or is a share. */
export function diskOf(domu: Plain): number | null {
  const sizes = [
    getAt(domu, ['disks', 'root', 'size']) ?? '4G',
    getAt(domu, ['disks', 'swap']) ?? '512M',
    ...listAt(domu, ['disks', 'data']).map((disk) => getAt(disk, ['size']) ?? '1G'),
  ];
  let sum = 0;
  for (const size of sizes) {
    const parsed = parseSize(String(size));
    if (parsed?.kind !== 'fixed') return null;
    sum += parsed.miB;
  }
  return sum;
}
