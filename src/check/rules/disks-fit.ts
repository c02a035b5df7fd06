/** The selectors choose exactly one disk of this machine, it is nobody's finished host, and everything fits on it. */
import { EXIT, XenwrightError } from '../../errors.ts';
import { describeCandidate, selectDisks } from '../../facts/select-disks.ts';
import { planStorage } from '../../plan/storage.ts';
import { invalid, refused, type Rule } from '../rule.ts';

export const disksFit: Rule = (profile, facts) => {
  if (facts === null) return [];
  const { disks, problems } = selectDisks(profile.host.storage.disks, facts.disks, { overwrite: profile.install.overwrite ?? 'any' });
  if (problems.length > 0) return problems.map((problem) => refused(problem.code, ['host', 'storage', 'disks', problem.selectorIndex], problem.message, problem.candidates.map(describeCandidate).join('; ') || undefined));
  const finished = disks.flatMap((disk) => (disk.installMarker === null ? [] : [refused('already-installed', ['host', 'storage', 'disks'], `${disk.path} carries a finished host (${disk.installMarker.id}): it is left alone`, 'to install anew all the same, erase the disk first')]));
  if (finished.length > 0) return finished;
  try {
    planStorage(profile, facts);
    return [];
  } catch (error) {
    if (error instanceof XenwrightError && error.exit === EXIT.refused) return [refused(error.code, ['host', 'storage'], error.message, error.hint)];
    throw error;
  }
};

export const selectorsMakeSense: Rule = (profile) => profile.host.storage.disks.flatMap((selector, index) => {
  const path = ['host', 'storage', 'disks', index];
  return [
    ...(selector.largest === true && selector.smallest === true ? [invalid('contrary-selector', path, 'no disk is chosen as both the largest and the smallest', 'leave one out')] : []),
    ...(selector.minSizeMiB !== undefined && selector.maxSizeMiB !== undefined && selector.minSizeMiB > selector.maxSizeMiB ? [invalid('contrary-selector', [...path, 'minSize'], 'minSize is more than maxSize: no disk fits', 'swap them')] : []),
    ...(selector.path !== undefined && !/^\/dev\/[^\s]+$/.test(selector.path) ? [invalid('bad-path', [...path, 'path'], `${selector.path} is not the path of a disk`, 'like /dev/sda or, better, /dev/disk/by-id/…')] : []),
  ];
});
