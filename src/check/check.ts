/** Checks a profile, alone or against facts: all rules, all findings. Pure. */
import type { Facts } from '../facts/facts.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import type { Finding } from './finding.ts';
import { rules } from './rules.ts';

/** Every finding of every rule. Facts may be null: then only what the profile alone says is checked. */
export function checkProfile(profile: EffectiveProfile, facts: Facts | null): Finding[] {
  return rules.flatMap((rule) => rule(profile, facts));
}
