/** The selectors choose exactly one disk of this machine, it is nobody's finished host, and everything fits on it. */
import { EXIT, XenwrightError } from '../../errors.ts';
import { describeCandidate, selectDisks, type DiskProblem } from '../../facts/select-disks.ts';
import { finishedHost } from '../../facts/finished-host.ts';
import { PlanRefusal } from '../../plan/refusal.ts';
import { planStorage } from '../../plan/storage/storage.ts';
import type { Listing } from '../../i18n/phrase.ts';
import type { FindingId } from '../finding.ts';
import { invalid, refused, type Rule } from '../rule.ts';

/** Where in the storage section it can be put right; default: all of it. */
const PLACES: Readonly<Partial<Record<FindingId, readonly string[]>>> = {
  'group-exists': ['volumeGroup'],
  'partitions-exist': ['disks'],
};

export const disksFit: Rule = (profile, facts) => {
  if (facts === null) return [];
  const finished = finishedHost(profile, facts.disks);
  if (finished !== null)
    return [
      refused('already-installed', ['host', 'storage', 'disks'], { disk: finished.disk.path, id: finished.marker.id }),
    ];
  const { problems } = selectDisks(profile.host.storage.disks, facts.disks, {
    overwrite: profile.install.overwrite ?? 'any',
  });
  if (problems.length > 0)
    return problems.map((problem) =>
      refused(problem.id, ['host', 'storage', 'disks', problem.selectorIndex], problem.values, candidatesOf(problem)),
    );
  try {
    planStorage(profile, facts);
    return [];
  } catch (error) {
    if (error instanceof PlanRefusal)
      return [refused(error.id, ['host', 'storage', ...(PLACES[error.id] ?? [])], error.values)];
    // What the profile says wrongly, or what is not there yet: other rules say so, with its place.
    if (error instanceof XenwrightError && error.exit === EXIT.profile) return [];
    throw error;
  }
};

function candidatesOf({ candidates }: DiskProblem): Listing | undefined {
  return candidates.length === 0 ? undefined : { list: candidates.map(describeCandidate), by: 'semicolon' };
}

export const selectorsMakeSense: Rule = (profile) =>
  profile.host.storage.disks.flatMap((selector, index) => {
    const path = ['host', 'storage', 'disks', index];
    return [
      ...(selector.largest === true && selector.smallest === true ? [invalid('contrary-selector.both', path)] : []),
      ...(selector.minSizeMiB !== undefined &&
      selector.maxSizeMiB !== undefined &&
      selector.minSizeMiB > selector.maxSizeMiB
        ? [invalid('contrary-selector.sizes', [...path, 'minSize'])]
        : []),
      ...(selector.path !== undefined &&
      (!/^\/dev\/[^\s]+$/.test(selector.path) || selector.path.split('/').includes('..'))
        ? [invalid('bad-path.disk', [...path, 'path'], { path: selector.path })]
        : []),
    ];
  });
