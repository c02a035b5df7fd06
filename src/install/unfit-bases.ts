/**
 * The boot medium was to bring bases, and what it brings cannot be used: new ones need packages, and whether those can
 * be had is known before anything is written.
 */
import { EXIT, failure, XenwrightError } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import type { BaseSpec } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import { namedLogins } from '../profile/address-login.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import { askArchives } from '../system/source/ask-archives.ts';

/**
 * Throws `carried-bases-unfit` (exit 4) where bases of the medium cannot be used and packages for new ones cannot be
 * had either. `finished`: what an earlier part of the run has done. What comes from a medium of packages is looked at
 * elsewhere (source-medium.ts).
 */
export async function assertReachesArchives(
  plan: Plan,
  { unfitBases = [] }: Facts,
  profile: EffectiveProfile,
  finished: ReadonlySet<string>,
  ask: (common: BaseSpec, login: string) => Promise<void> = askArchives,
): Promise<void> {
  if (unfitBases.length === 0) return;
  const builds = plan.actions.flatMap((action) =>
    action.kind === 'base.build' &&
    action.params.bundled !== true &&
    action.params.medium === undefined &&
    !finished.has(action.id)
      ? [action.params]
      : [],
  );
  for (const { base: common, login } of builds.filter(({ base }) => base.role === 'common')) {
    try {
      await ask(common, login === undefined ? '' : (namedLogins(profile, login.secret) ?? ''));
    } catch (error) {
      if (!(error instanceof XenwrightError) || error.exit === EXIT.interrupted) throw error;
      const why = unfitBases.some((base) => base.why === 'version') ? 'version' : 'damaged';
      throw failure(
        'carried-bases-unfit',
        EXIT.refused,
        { why: { key: `errors.carried-bases-unfit.why.${why}` }, release: common.release },
        { lastLines: reasons(error.lastLines), cause: error },
      );
    }
  }
}

/** Of all that is printed on the way, what went wrong. */
function reasons(lines: readonly string[]): readonly string[] {
  const told = lines.filter((line) => /^E: (?!apt-get|mmdebstrap)/.test(line));
  return told.length > 0 ? told : lines;
}
