/**
 * The medium that the answers name: whether it has been looked into, and what was found. Without it there is another
 * plan than the run's. Pure.
 */
import type { Finding } from '../../check/finding.ts';
import { refused } from '../../check/rule.ts';
import { isMediumAddress } from '../../check/rules/medium.ts';
import { getAt, type Draft } from './draft.ts';
import type { LookedMedium, Surroundings, WantedMedium } from './environment.ts';
import { targetKind } from './target.ts';

const MEDIUM = ['host', 'source', 'medium'];

/** Null where the answers name none, or something that is no medium anyway. */
function wantedMedium(draft: Draft, surroundings: Surroundings): WantedMedium | null {
  const source = getAt(draft.profile, MEDIUM);
  return typeof source === 'string' && isMediumAddress(source)
    ? { source, forImage: targetKind({ draft, surroundings }) === 'image' }
    : null;
}

/** What is known of the medium that the answers name now. */
export function lookedMedium(draft: Draft, surroundings: Surroundings): LookedMedium | null {
  const wanted = wantedMedium(draft, surroundings);
  const { medium } = surroundings;
  return wanted !== null && medium?.source === wanted.source && medium.forImage === wanted.forImage ? medium : null;
}

/** Named, and not looked into yet. */
export function mediumToLookAt(draft: Draft, surroundings: Surroundings): WantedMedium | null {
  return lookedMedium(draft, surroundings) === null ? wantedMedium(draft, surroundings) : null;
}

/** What the install would say of it, said before. */
export function mediumFindings(draft: Draft, surroundings: Surroundings): Finding[] {
  const looked = lookedMedium(draft, surroundings);
  return looked === null || looked.found !== null
    ? []
    : [refused('medium-not-read', MEDIUM, { medium: looked.source, reason: looked.reason })];
}
