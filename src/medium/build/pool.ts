/**
 * An apt archive of all packages that some bases have: dists/ and pool/ as Debian's, one suite per release, unsigned
 * (`[trusted=yes]`).
 */
import { noticeText } from '../../i18n/notices.ts';
import release from '../../../assets/medium/pool-release.sh' with { type: 'text' };
import add from '../../../assets/medium/pool-add.sh' with { type: 'text' };
import { builtManifest } from '../../actions/base-store.ts';
import type { ActionContext } from '../../actions/kind.ts';
import type { ActionOf } from '../../plan/action.ts';
import { EXIT, failure } from '../../errors.ts';

const TIMEOUT_MS = 30 * 60_000;

/** Fills `content`/dists and `content`/pool. */
export async function makePool(
  builds: readonly ActionOf<'base.build'>[],
  content: string,
  date: string,
  context: ActionContext,
): Promise<void> {
  const bySuite = new Map<string, Set<string>>();
  for (const {
    params: { base, hash },
  } of builds) {
    if (base.role === 'common') continue;
    const manifest = await builtManifest(hash, context);
    const debs = bySuite.get(base.release) ?? new Set<string>();
    bySuite.set(base.release, debs);
    for (const [name, version] of Object.entries(manifest.packages)) debs.add(await debOf(name, version, context));
  }
  for (const [suite, debs] of bySuite) {
    context.output(noticeText('notices.makingPool', { suite, count: debs.size }));
    await context.exec(['sh', '-e', '-c', add, 'sh', content, suite, ...[...debs].sort()], {
      timeoutMs: TIMEOUT_MS,
      quiet: true,
    });
    await context.exec(['sh', '-e', '-c', release, 'sh', content, suite, date], { quiet: true });
  }
}

/** Named as apt names what it fetched: an epoch's colon is written as %3a. */
async function debOf(name: string, version: string, context: ActionContext): Promise<string> {
  for (const architecture of ['amd64', 'all']) {
    const path = `${context.baseStore}/packages/${name}_${version.replaceAll(':', '%3a')}_${architecture}.deb`;
    if (await context.files.exists(path)) return path;
  }
  throw failure('package-gone', EXIT.refused, { name, version, baseStore: context.baseStore });
}
