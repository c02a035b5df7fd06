/** The effective profile as YAML: every default spelled out, the release too. Reading it gives the same profile. Pure. */
import { stringify } from 'yaml';
import { authoredForm } from './authored-form.ts';
import type { EffectiveProfile } from './effective.ts';

/** YAML text. What depends on the machine (null in the effective profile) is left out. */
export function exportProfile(profile: EffectiveProfile): string {
  return stringify(authoredForm(profile), { lineWidth: 0, aliasDuplicateObjects: false });
}

/**
 * Is something in an exported profile that not everybody may read: a hash of a password, the webhook's secret itself,
 * somebody in an address?
 */
export function hasSecrets(text: string): boolean {
  return (
    /^\s*(passwordHash: ["']?\S*\$|secret: (?!null$|["']?(prompt|env|file):))/m.test(text) ||
    /[a-z]:\/\/[^\s/@]+@/i.test(text)
  );
}
