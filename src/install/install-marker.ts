/** The marker of a finished install, as its run writes it: what says later that this machine carries a finished host. */
import { MARKER } from '../actions/host-finish.ts';
import type { Facts } from '../facts/facts.ts';
import { RECORD_FORMS } from '../facts/record-forms.ts';
import type { Plan } from '../plan/plan.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import type { Secrets } from '../system/trust/secrets.ts';
import { tokensAfter } from './install-guards.ts';

export interface PendingMarker {
  readonly version: number;
  readonly id: string;
  /** Of the run that writes it; empty until that has begun. */
  run: string;
  readonly planHash: string;
  readonly hostname: string;
  readonly tokens: readonly string[];
}

export function installMarker(plan: Plan, profile: EffectiveProfile, facts: Facts): PendingMarker {
  return {
    version: RECORD_FORMS.marker.version,
    id: plan.hash.slice(0, 32),
    run: '',
    planHash: plan.hash,
    hostname: plan.hostname,
    tokens: tokensAfter(profile, facts),
  };
}

/** The marker of a finished install goes the way of secrets: known at run time only, and never in a plan. */
export function withMarker(secrets: Secrets, marker: PendingMarker): Secrets {
  return {
    redact: (text) => secrets.redact(text),
    resolve: async (ref) =>
      ref.secret === MARKER
        ? JSON.stringify({ ...marker, finished: new Date().toISOString() })
        : await secrets.resolve(ref),
  };
}
