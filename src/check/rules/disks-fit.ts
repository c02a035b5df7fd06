/** The selectors choose exactly one disk of this machine. */
import { describeCandidate, selectDisks } from '../../facts/select-disks.ts';
import { refused, type Rule } from '../rule.ts';

export const disksFit: Rule = (profile, facts) => {
  if (facts === null) return [];
  return selectDisks(profile.host.storage.disks, facts.disks, { overwrite: profile.install.overwrite ?? 'any' }).problems
    .map((problem) => refused(problem.code, ['host', 'storage', 'disks', problem.selectorIndex], problem.message, problem.candidates.map(describeCandidate).join('; ') || undefined));
};
