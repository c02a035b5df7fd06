/** What `domu add` is asked for, and what that comes to: DomUs for a host, with the plan that has only what is theirs. */
import type { Facts } from '../../facts/facts.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DomuSettings, EffectiveProfile } from '../../profile/effective.ts';
import type { DomuByOptions } from '../../profile/domu-by-options.ts';
import type { SourceOptions, TrustedSource } from '../../install/trusted-source.ts';

export interface DomuAddOptions extends SourceOptions, DomuByOptions {
  readonly dryRun?: boolean;
  readonly resume?: boolean;
  readonly yes?: boolean;
  readonly ui?: string;
  readonly jobs?: string;
  readonly allowClear?: readonly string[];
}
/** What is to be added, and to what. */
export interface Addition {
  readonly profile: EffectiveProfile;
  readonly added: readonly DomuSettings[];
  readonly kept: EffectiveProfile;
  readonly keptText: string;
  readonly source: TrustedSource;
  readonly facts: Facts;
  readonly whole: Plan;
  readonly plan: Plan;
}

/** Names of those that start with the host. */
export function started(domus: readonly DomuSettings[]): string[] {
  return domus.filter(({ autostart }) => autostart).map(({ name }) => name);
}
