/**
 * The medium that the answers name: whether it has been looked into, and what was found. Without it there is another
 * plan than the run's. Pure.
 */
import type { Finding } from '../../check/finding.ts';
import { refused } from '../../check/rule.ts';
import { isMediumAddress } from '../../check/rules/medium.ts';
import { getAt, type Draft } from './draft.ts';
import type { ProbedMedium, Environment, WantedMedium } from './environment.ts';
import { targetKind } from './target.ts';

const MEDIUM = ['host', 'source', 'medium'];

/** Null where the answers name none, or something that is no medium anyway. */
function wantedMedium(draft: Draft, environment: Environment): WantedMedium | null {
  const source = getAt(draft.profile, MEDIUM);
  return typeof source === 'string' && isMediumAddress(source)
    ? { source, forImage: targetKind({ draft, environment }) === 'image' }
    : null;
}

/** What is known of the medium that the answers name now. */
export function probedMedium(draft: Draft, environment: Environment): ProbedMedium | null {
  const wanted = wantedMedium(draft, environment);
  const { medium } = environment;
  return wanted !== null && medium?.source === wanted.source && medium.forImage === wanted.forImage ? medium : null;
}

/** Named, and not looked into yet. */
export function mediumToProbe(draft: Draft, environment: Environment): WantedMedium | null {
  return probedMedium(draft, environment) === null ? wantedMedium(draft, environment) : null;
}

/** What the install would say of it, said before. */
export function mediumFindings(draft: Draft, environment: Environment): Finding[] {
  const looked = probedMedium(draft, environment);
  return looked === null || looked.found !== null
    ? []
    : [refused('medium-not-read', MEDIUM, { medium: looked.source, reason: looked.reason })];
}
