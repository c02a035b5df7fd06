/**
 * The medium of a profile on its way into an install: looked into, checked for every package that is needed, fetched
 * where it must be.
 */
import { noticeText } from '../i18n/notices.ts';
import { EXIT, failure } from '../errors.ts';
import type { Facts, SourceMedium } from '../facts/facts.ts';
import { english, inEnglish } from '../i18n/english.ts';
import type { Said } from '../i18n/said.ts';
import { readAtOf } from '../medium/copy/byte-source.ts';
import type { Plan } from '../plan/plan.ts';
import { namedLogins } from '../profile/address-login.ts';
import type { EffectiveProfile } from '../profile/effective.ts';
import { localFiles } from '../system/files/files.ts';
import { copyMedium } from '../system/medium/copy.ts';
import { openSource } from '../system/medium/io.ts';
import { resolveOnMedium } from '../system/medium/packages.ts';
import { mediumPath } from '../system/medium/place.ts';
import { identifyMedium, probeMedium } from '../system/medium/probe.ts';
import { progressLine, stoppable } from '../system/medium/progress.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { otherMedium } from '../medium/copy/other-medium.ts';

/** Null where the profile names none. One whose sum is given is read whole, with progress. */
export async function mediumOf(
  { host }: EffectiveProfile,
  forImage: boolean,
  io: Pick<CommandIo, 'err'>,
): Promise<SourceMedium | null> {
  if (host.source.medium === null) return null;
  const line = progressLine(io.err);
  let hasBegun = false;
  try {
    return await probeMedium(host.source.medium, forImage, (done, total) => {
      if (!hasBegun) line.say(english('cli.readingMedium'));
      hasBegun = true;
      line.progress(done, total);
    });
  } finally {
    if (hasBegun) line.end();
  }
}

/**
 * Throws `medium-lacks-packages` (exit 4) with every package that the plan needs and neither the medium nor a source
 * beside it has.
 */
export async function assertHasPackages(plan: Plan, facts: Facts, profile: EffectiveProfile): Promise<void> {
  const { medium } = facts;
  const builds = plan.actions.flatMap((action) =>
    action.kind === 'base.build' && action.params.medium !== undefined && action.params.base.role !== 'common'
      ? [{ ...action.params.base, login: action.params.login }]
      : [],
  );
  if (medium === undefined || builds.length === 0) return;
  const place = await mediumPath(medium.source);
  const { signal, end } = stoppable();
  const opened = await openSource(place.path, signal, medium.source).catch(async (error: unknown) => {
    end();
    await place.close();
    throw error;
  });
  try {
    /** By their English. */
    const lacking = new Map<string, Said>();
    for (const { sources, packages, role, login } of builds) {
      const systems = role === 'dom0' ? 'Dom0' : role === 'domu' ? 'DomUs' : role;
      for (const what of (
        await resolveOnMedium(
          readAtOf(opened),
          sources,
          packages,
          signal,
          login === undefined ? '' : (namedLogins(profile, login.secret) ?? ''),
        )
      ).lacking) {
        const values = { what, systems };
        const line = inEnglish({ key: 'errors.medium-lacks-packages.line', values });
        lacking.set(line, { id: 'medium-lacks-packages.line', values });
      }
    }
    if (lacking.size === 0) return;
    const beside = facts.aptSources.mirrors[0]?.uri;
    const values = { label: medium.label, count: lacking.size };
    const details = { lines: [...lacking.values()] };
    throw beside === undefined
      ? failure('medium-lacks-packages.alone', EXIT.refused, values, details)
      : failure('medium-lacks-packages.beside', EXIT.refused, { ...values, mirror: beside }, details);
  } finally {
    end();
    await opened.close();
    await place.close();
  }
}

/**
 * An image is made from a file: what is at an address is fetched first. A copy that is whole already is kept. Throws
 * `medium-changed` (exit 6) when the server sends another one than was looked at, and vouched for, before.
 */
export async function fetchForImage(facts: Facts, io: CommandIo): Promise<void> {
  const { medium, kind } = facts;
  if (medium === undefined || kind !== 'image' || !/^(https?|nfs):/.test(medium.source)) return;
  if ((await identifyMedium(medium.path)) === medium.id && !(await hasMap(medium.path))) return;
  const place = await mediumPath(medium.source);
  const line = progressLine(io.err);
  const { signal, end } = stoppable();
  try {
    line.say(english('cli.fetching', { what: medium.source }));
    const { bad, sha256 } = await copyMedium({
      source: place.path,
      name: medium.source,
      target: medium.path,
      map: `${medium.path}.map`,
      signal,
      output: (key, values) => line.say(noticeText(key, values)),
      progress: line.progress,
    });
    if (bad.length > 0) throw failure('medium-unreadable.whole', EXIT.source, { medium: medium.source });
    if ((await identifyMedium(medium.path)) === medium.id && (medium.sha256 === undefined || medium.sha256 === sha256))
      return;
    await localFiles.remove(medium.path);
    throw otherMedium(medium.source);
  } finally {
    line.end();
    end();
    await place.close();
  }
}

async function hasMap(path: string): Promise<boolean> {
  return await openSource(`${path}.map`, new AbortController().signal).then(
    async (map) => {
      await map.close();
      return true;
    },
    () => false,
  );
}
