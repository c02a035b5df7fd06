/**
 * What a rule is, and a short way to write its findings: which text of locales/ (`findings.ID`), where, and what is put
 * into it. Pure.
 */
import type { Facts } from '../facts/facts.ts';
import type { Listing, Phrase } from '../i18n/phrase.ts';
import type { DomuSettings, EffectiveProfile } from '../profile/effective.ts';
import { findingOf, type Finding, type FindingId } from './finding.ts';
import { type Values } from '../i18n/said.ts';
import { memoizeEach } from '../memoize.ts';

export type Rule = (profile: EffectiveProfile, facts: Facts | null) => Finding[];
export type Path = readonly (string | number)[];

/** The profile is wrong, whatever the machine. */
export function invalid(id: FindingId, path: Path, values?: Values, hint?: Phrase | Listing): Finding {
  return findingOf(id, path, values, hint);
}
/** This machine cannot carry what the profile says. */
export function refused(id: FindingId, path: Path, values?: Values, hint?: Phrase | Listing): Finding {
  return { ...invalid(id, path, values, hint), exit: 4 };
}
/** Nobody vouches for what the packages come from. */
export function unverified(id: FindingId, path: Path, values?: Values, hint?: Phrase | Listing): Finding {
  return { ...invalid(id, path, values, hint), exit: 6 };
}
export function warning(id: FindingId, path: Path, values?: Values, hint?: Phrase | Listing): Finding {
  return { ...invalid(id, path, values, hint), severity: 'warning' };
}
/** A rule that looks at each DomU alone, beside what `given` names of the profile and the facts. */
export function ofEachDomu<const Given extends readonly unknown[]>(
  given: (profile: EffectiveProfile, facts: Facts | null) => Given,
  work: (domu: DomuSettings, path: Path, ...given: Given) => Finding[],
): Rule {
  const ofOne = memoizeEach((domu: DomuSettings, index: number, ...more: Given) =>
    work(domu, ['domus', index], ...more),
  );
  return (profile, facts) => {
    const more = given(profile, facts);
    return profile.domus.flatMap((domu, index) => ofOne(domu, index, ...more));
  };
}
