/** Profiles for tests: the contract's two, and a short one to put a piece of YAML into. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { EffectiveProfile } from '../../src/profile/effective.ts';
import { formatFinding } from '../../src/profile/findings.ts';
import { loadProfile } from '../../src/profile/load.ts';

export const fullText = readFileSync('test/profiles/full.yaml', 'utf8');
export const minimalText = readFileSync('test/profiles/minimal.yaml', 'utf8');

/** The effective profile of a text that must be sound. */
export function profileOf(text: string, sets: readonly string[] = []): EffectiveProfile {
  const { profile, findings } = loadProfile(text, 'p.yaml', sets);
  expect(findings.filter(({ severity }) => severity === 'error').map(formatFinding)).toEqual([]);
  return profile as EffectiveProfile;
}

/** `file:line:col path: message (hint)` of every finding. */
export function linesOf(text: string, sets: readonly string[] = []): string[] {
  return loadProfile(text, 'p.yaml', sets).findings.map(formatFinding);
}
