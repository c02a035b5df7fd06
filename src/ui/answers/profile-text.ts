/** The profile that the answers make, as text. Pure. */
import { exportProfile } from '../../profile/export.ts';
import { checkDraft } from './findings.ts';
import type { WizardState } from '../wizard/state.ts';

/** Every default spelled out. Throws while there are answers that are no profile. */
export function profileText(state: Pick<WizardState, 'draft' | 'environment'>): string {
  const profile = state.environment === null ? null : checkDraft(state.draft, state.environment).profile;
  if (profile === null) throw new Error('the profile has errors that must be put right first');
  return exportProfile(profile);
}
