/** The medium that the answers name: whether it has been looked into, and what was found. Without it there is another plan than the run's. Pure. */
import type { Finding } from '../../check/finding.ts';
import { refused } from '../../check/rule.ts';
import { isMediumAddress } from '../../check/rules/medium.ts';
import type { SourceMedium } from '../../facts/facts.ts';
import { targetKind } from '../screens/host/target.ts';
import type { Surroundings } from '../screens/screen.ts';
import { getAt, type Draft } from './draft.ts';

const MEDIUM = ['host', 'source', 'medium'];

/** Which medium is looked for; an image's is a file, also when it comes from an address. */
export interface WantedMedium { readonly source: string; readonly forImage: boolean }
/** Null: it could not be looked into, and why. */
export interface LookedMedium extends WantedMedium { readonly found: SourceMedium | null; readonly reason: string }

/** Null where the answers name none, or something that is no medium anyway. */
export function wantedMedium(draft: Draft, surroundings: Surroundings): WantedMedium | null {
  const source = getAt(draft.profile, MEDIUM);
  return typeof source === 'string' && isMediumAddress(source) ? { source, forImage: targetKind({ draft, surroundings }) === 'image' } : null;
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
  return looked === null || looked.found !== null ? [] : [refused('medium-not-read', MEDIUM, { medium: looked.source, reason: looked.reason })];
}
