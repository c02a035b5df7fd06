/**
 * Copies the medium onto its volume, exactly its own bytes, with its sums; then what the disc says of its own files is
 * checked on the copy. What could not be read is told by package: one that is needed comes from elsewhere, or the run
 * stops.
 */
import { inEnglish } from '../i18n/english.ts';
import type { NoticeKey } from '../i18n/notices.ts';
import type { Message } from '../i18n/phrase.ts';
import type { Values } from '../i18n/said.ts';
import { EXIT, failure, XenwrightError } from '../errors.ts';
import { describeAffected } from '../medium/copy/affected.ts';
import { MANIFEST } from '../medium/copy/file-checksums.ts';
import type { ActionOf } from '../plan/action.ts';
import type { ActionContext, ActionHandler, NeededPackage } from './kind.ts';
import { otherMedium } from '../medium/copy/other-medium.ts';
import { withoutLastSlashes } from '../profile/slashes.ts';

/** A package that is to be had elsewhere: from which mirrors, and who apt is there. */
interface Wanted extends NeededPackage {
  readonly mirrors: readonly string[];
  readonly login: string;
}
import { contentOf, shownContent } from './secret-text.ts';

type Params = ActionOf<'medium.copy'>['params'];
/** What is lost on a medium: its notice, and its line among those of an error. */
interface Lost {
  readonly id: NoticeKey;
  readonly values: Values;
  readonly line: string;
}

export const mediumCopy: ActionHandler<'medium.copy'> = {
  kind: 'medium.copy',
  commands: ({ params }) => [
    {
      argv: [
        'dd',
        `if=${shownContent(params.source)}`,
        `of=${params.device}`,
        'bs=4M',
        `count=${params.sizeBytes}`,
        'iflag=count_bytes,fullblock',
        'conv=fsync',
      ],
      note: 'its sums are made on the way; what cannot be read is tried again sector by sector',
    },
    { argv: ['xenwright', 'medium', 'verify', params.device] },
  ],
  async apply({ params }, context) {
    const source = await contentOf(params.source, context);
    const copied = await context.media.copy({ source, target: params.device, id: params.id });
    if (copied.sizeBytes !== params.sizeBytes)
      throw failure('medium-changed.size', EXIT.source, {
        has: copied.sizeBytes,
        wanted: params.sizeBytes,
        count: params.sizeBytes,
      });
    if (params.sha256 !== undefined && copied.sha256 !== params.sha256)
      throw otherMedium(source, [
        {
          id: 'medium-changed.checksum',
          values: { has: copied.sha256, wanted: params.sha256, sectors: copied.badSectors },
        },
      ]);
    context.output(
      `copied ${copied.sizeBytes} bytes of "${params.label}", sha256 ${copied.sha256}${copied.implanted === 'good' ? ', its implanted MD5 is right' : ''}`,
    );
    if (copied.implanted === 'differs' && copied.badSectors === 0) context.notice('notices.copyDiffers');
    await assertSame(params, copied, context);
    const { checked, wrong } = await context.media.verify(params.device);
    context.output(`${checked} files of the copy were checked by the medium's own sums, ${wrong.length} differ`);
    if (copied.badSectors > 0) context.notice('notices.badSectors', { count: copied.badSectors });
    const lost = new Map([
      ...copied.affected.map((one) => [one.path, lostOf(describeAffected(one))] as const),
      ...wrong.map(({ path, why }) => [path, lostOf({ key: 'cli.affected.detail', values: { path, why } })] as const),
    ]);
    if (lost.size > 0) await mend(params, lost, context);
  },
};

/**
 * What was looked at when the plan was made need not be what a server sent after it. Where the scratches lie on what
 * tells media apart, that is said as any other loss.
 */
async function assertSame(
  { source, device, id }: Params,
  { affected, badSectors }: Pick<Awaited<ReturnType<ActionContext['media']['copy']>>, 'affected' | 'badSectors'>,
  context: ActionContext,
): Promise<void> {
  const found = await context.media.identify(device);
  if (
    found === id ||
    (badSectors > 0 && (found === null || affected.some(({ path }) => path === MANIFEST || path.startsWith('dists/'))))
  )
    return;
  throw otherMedium(shownContent(source));
}

function lostOf(what: Message): Lost {
  return { id: 'notices.lost', values: { what }, line: inEnglish(what) };
}

/** Needed and lost packages are fetched from the other sources of the bases that want them. */
async function mend(params: Params, lost: ReadonlyMap<string, Lost>, context: ActionContext): Promise<void> {
  for (const { id, values } of lost.values()) context.notice(id, values);
  const lists = [...lost.keys()].filter((path) => path.startsWith('dists/'));
  if (lists.length > 0 && params.wanted.length > 0) throw unreadable(lists.map((path) => lost.get(path)?.line ?? path));
  const needed = new Map<string, Wanted>();
  for (const { sources, packages, login: ref } of params.wanted) {
    const login = ref === undefined ? '' : await context.secret(ref);
    const mirrors = sources.filter(({ uri }) => /^https?:/.test(uri)).map(({ uri }) => uri);
    for (const one of await context.media.needed(params.device, sources, packages, login))
      if (lost.has(one.path))
        needed.set(one.path, {
          ...one,
          login,
          mirrors: [...new Set([...(needed.get(one.path)?.mirrors ?? []), ...mirrors])],
        });
  }
  const gone: string[] = [];
  for (const one of needed.values())
    if (!(await fetched(one, context))) gone.push(lost.get(one.path)?.line ?? one.path);
  if (gone.length > 0) throw unreadable(gone);
  if (needed.size === 0) context.notice('notices.noneNeeded');
  else context.notice('notices.refetched', { count: needed.size });
}

/** Into the packages that bases take before they look anywhere else. apt's own tool checks the sum. */
async function fetched({ name, path, sha256, mirrors, login }: Wanted, context: ActionContext): Promise<boolean> {
  const folder = `${context.baseStore}/packages`;
  await context.files.makeDirectory(folder);
  // Looked for by its ending in a folder of such files.
  const logins = `${folder}/.${name}.logins`;
  if (login !== '') await context.files.writeText(`${logins}/login.conf`, login, { mode: '0600' });
  try {
    for (const mirror of mirrors) {
      const partial = `${folder}/.${name}.partial`;
      const got = await context.exec(
        [
          '/usr/lib/apt/apt-helper',
          ...(login === '' ? [] : ['-o', `Dir::Etc::netrcparts=${logins}`]),
          'download-file',
          `${withoutLastSlashes(mirror)}/${path}`,
          partial,
          `SHA256:${sha256}`,
        ],
        { okCodes: [0, 100], timeoutMs: 15 * 60_000 },
      );
      if (got.exitCode !== 0) continue;
      await context.files.rename(partial, `${folder}/${name}`);
      context.notice('notices.fetchedFrom', { name, mirror });
      return true;
    }
  } finally {
    await context.files.remove(logins);
  }
  return false;
}

function unreadable(lines: readonly string[]): XenwrightError {
  return failure('medium-unreadable.files', EXIT.source, { count: lines.length }, { lastLines: lines.slice(0, 40) });
}
