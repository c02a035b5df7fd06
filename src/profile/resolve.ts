/** From the profile as the schema has read it to the effective one: what comes from other fields is filled in. Pure. */
import type { Completed } from './fields.ts';
import type { ParsedProfile } from './schema.ts';
import { completeDomu } from './sections/domu.ts';
import { completeHost } from './sections/host.ts';
import { understoodKeyboard, understoodLocale, understoodZone } from './understood.ts';

/** Parts that are the very same as before give the very same settings. */
export function resolveProfile({ hosts: _merged, unmatched: _known, ...parsed }: ParsedProfile) {
  const host = completeHost(parsed.host);
  return {
    ...parsed,
    language: understoodLocale(parsed.language),
    keyboard: understoodKeyboard(parsed.keyboard),
    timezone: understoodZone(parsed.timezone),
    host,
    domus: parsed.domus.map((domu) => completeDomu(domu, host)),
  };
}
export type EffectiveProfile = Completed<typeof resolveProfile>;
