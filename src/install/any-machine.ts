/**
 * What a medium carries for a profile, whichever machine boots it: of one with `hosts:` rules, what each of them asks
 * for.
 */
import type { Facts } from '../facts/facts.ts';
import { basesFor } from '../medium/build/bundle-bases.ts';
import type { ActionOf } from '../plan/action.ts';
import { namedLogins } from '../profile/address-login.ts';
import { refuseClearSecrets } from '../profile/clear-secrets.ts';
import { loadProfile } from '../profile/load.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { everyFinding, hasErrors, printFindings } from './prepare.ts';
import { openSource, SHORT_PATIENCE_MS } from './trusted-source.ts';

/**
 * Each base once, in an order to build them in; `logins`: by the secret that a base names, who apt is. Null when a
 * profile has errors; they are printed.
 */
export async function buildsFor(
  profiles: readonly string[],
  aptSources: Facts['aptSources'],
  hasFirmware: boolean,
  allowClear: readonly string[],
  io: CommandIo,
): Promise<{
  readonly builds: readonly ActionOf<'base.build'>[];
  readonly logins: ReadonlyMap<string, string>;
} | null> {
  const logins = new Map<string, string>();
  const builds = new Map<string, ActionOf<'base.build'>>();
  for (const source of profiles) {
    const opened = await openSource([source], { patienceMs: SHORT_PATIENCE_MS }, io);
    // For no machine: the one that builds is none of those that will be installed.
    const loaded = loadProfile(opened.text, opened.source);
    const variants = loaded.variants.length > 0 ? loaded.variants : [loaded];
    const sound = variants.flatMap(({ profile }) => (profile === null ? [] : [profile]));
    if (sound.length < variants.length || hasErrors(loaded.findings)) {
      printFindings(everyFinding(loaded, null), io);
      return null;
    }
    for (const profile of sound) {
      refuseClearSecrets(profile, opened.source, allowClear);
      for (const build of basesFor(profile, aptSources, hasFirmware)) {
        const { hash, login, ...params } = build.params;
        if (builds.has(hash)) continue;
        // Every profile has names of its own for them: here the base's counts.
        if (login !== undefined) logins.set(hash, namedLogins(profile, login.secret) ?? '');
        builds.set(hash, {
          ...build,
          params: { ...params, hash, ...(login === undefined ? {} : { login: { secret: hash } }) },
        });
      }
    }
  }
  return { builds: [...builds.values()], logins };
}
