/** Disks and volumes of a host: which disks, what sizes, what names. Refuses what does not fit, with the numbers. Pure. */
import { EXIT, failure } from '../../errors.ts';
import type { Facts, KeptVolume, SourceMedium } from '../../facts/facts.ts';
import { describeCandidate, selectDisks } from '../../facts/select-disks.ts';
import { inEnglish } from '../../i18n/english.ts';
import type { EffectiveProfile, StorageSettings } from '../../profile/effective.ts';
import { kindOf } from '../domu/kind.ts';
import { PlanRefusal } from '../refusal.ts';
import type { StorageGraph } from './graph.ts';
import type { Layout } from './layouts/layout.ts';
import { fixedMiB } from './layouts/system-disk.ts';
import { layoutOf } from './layouts/table.ts';
import { resolvedVolumes } from './resolved-volumes.ts';
import { refuseTakenNames } from './taken-names.ts';
import { wipeOf, type Wipe } from './wipe.ts';
import { volumeRequests } from './volume-requests.ts';

export interface StoragePlan {
  readonly graph: StorageGraph;
  /** How the volumes of DomUs come to read as zeros; null: they do, or need not. */
  readonly wipe: Wipe | null;
}

/** Sizes are rounded up to it: the largest step of any pool. */
const IMAGE_STEP_MIB = 4;
/** What a `rest` volume gets in an image without a stated size. */
const IMAGE_REST_MIB = 2048;

/**
 * Chooses the disks and lays everything out. Throws XenwrightError: no or no single disk, `disk-too-small`, names that
 * are taken on another disk (exit 4), `not-supported-yet` (exit 3).
 */
export function planStorage(profile: EffectiveProfile, facts: Facts): StoragePlan {
  const { storage } = profile.host;
  const layout = supportedLayout(storage);
  const {
    disks,
    problems: [problem],
  } = selectDisks(storage.disks, facts.disks, { overwrite: profile.install.overwrite ?? 'any' });
  if (problem !== undefined)
    throw new PlanRefusal(
      problem.id,
      problem.values,
      problem.candidates.map((candidate) => inEnglish(describeCandidate(candidate))),
    );
  const [disk] = disks;
  if (disk === undefined) throw new PlanRefusal('disk-no-fit.noSelector');
  if (disks.length > layout.mostDisks) throw failure('not-supported-yet.disks', EXIT.profile);
  const wipe = wipeOf(storage, disks, facts.kind);
  const graph = withKept(
    facts.keptVolumes ?? [],
    layout.compose({
      profile,
      seed: facts.seed,
      disks,
      isImage: facts.kind === 'image',
      bootMiB: bootMiB(storage, disk.sizeMiB),
      mediumBytes: keptMediumBytes(profile, facts.medium),
      wipes: wipe !== null,
      readByPygrub: new Set(
        profile.domus.filter((domu) => kindOf(domu, facts).boot === 'pygrub').map(({ name }) => name),
      ),
    }),
  );
  refuseTakenNames(facts, disks, { graph, volumeGroup: layout.group === null ? null : storage.volumeGroup });
  return { graph, wipe };
}

/** Disks that are as they were when their DomU was removed are its again: opened, never made or wiped. */
function withKept(kept: readonly KeptVolume[], graph: StorageGraph): StorageGraph {
  if (kept.length === 0) return graph;
  const ids = new Set(
    resolvedVolumes(graph)
      .filter((volume) =>
        kept.some((one) => one.device === volume.device && one.uuid === volume.uuid && one.sizeMiB === volume.sizeMiB),
      )
      .flatMap(({ deviceId, filesystemId }) => [deviceId, filesystemId]),
  );
  return { ...graph, nodes: graph.nodes.map((node) => (ids.has(node.id) ? { ...node, origin: 'kept' } : node)) };
}

/** MiB of a disk image that just holds the plan, plus a tenth (design: "Image machine"). */
export function imageSizeMiB(profile: EffectiveProfile, medium?: SourceMedium): number {
  const { storage } = profile.host;
  const list = volumeRequests(profile, keptMediumBytes(profile, medium));
  const sizes = [...list.map((request) => request.size), ...(storage.reserve.kind === 'rest' ? [] : [storage.reserve])];
  const plainSumMiB = sizes.reduce(
    (sum, size) =>
      sum +
      (size.kind === 'fixed'
        ? Math.ceil(size.miB / IMAGE_STEP_MIB) * IMAGE_STEP_MIB
        : size.kind === 'rest'
          ? IMAGE_REST_MIB
          : 0),
    0,
  );
  const percent = sizes.reduce((sum, size) => sum + (size.kind === 'percent' ? size.percent : 0), 0);
  // Shares of 100 % or more never fit: planning says so, with the numbers.
  const volumesMiB = plainSumMiB / (1 - Math.min(percent, 90) / 100);
  const neededMiB = supportedLayout(storage).needsMiB(volumesMiB);
  return Math.ceil(((fixedMiB() + bootMiB(storage, neededMiB) + neededMiB) * 1.1) / 64) * 64;
}

function supportedLayout(storage: StorageSettings): Layout {
  const layout = layoutOf(storage);
  if (layout === null) throw failure('not-supported-yet.layout', EXIT.profile, { layout: storage.layout });
  return layout;
}

/** How long the medium is that stays on the host; null where none does. */
function keptMediumBytes({ host }: EffectiveProfile, medium: SourceMedium | undefined): number | null {
  return medium !== undefined && host.source.medium !== null && host.source.copyMedium ? medium.sizeBytes : null;
}

/** /boot is made before anything is left over: its size is fixed, or a share of the disk. */
function bootMiB({ boot }: StorageSettings, diskMiB: number): number {
  if (boot.kind === 'fixed' && boot.miB > 0) return Math.ceil(boot.miB);
  if (boot.kind === 'percent' && boot.percent > 0) return Math.max(1, Math.floor((diskMiB * boot.percent) / 100));
  throw failure('boot-size', EXIT.profile);
}
