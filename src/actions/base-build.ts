/**
 * Builds a base: one root filesystem for (distribution, release, architecture, role, packages), by mmdebstrap and apt,
 * then one sparse ext4 image with the list of its used ranges. Written beside and renamed when whole.
 */
import { noticeText, type NoticeKey } from '../i18n/notices.ts';
import { EXIT, failure, XenwrightError } from '../errors.ts';
import { BUNDLED_BASES } from '../facts/bundled-bases.ts';
import type { BaseSpec, MediumMount, SecretRef } from '../plan/action.ts';
import { buildCommon, LOGIN_IN_TREE, mmdebstrapArguments } from './base-common.ts';
import { makeImage, mke2fsArguments } from './base-image.ts';
import { reachMedium, shownMount } from './base-medium.ts';
import { isBuilt, RECIPE, touchBase, trimStore, underLock } from './base-store.ts';
import {
  buildTree,
  cleanArguments,
  installArguments,
  NO_DAEMONS,
  RESOLVER_LINK,
  unpackArguments,
} from './base-tree.ts';
import type { ActionContext, ActionHandler, CommandLine } from './kind.ts';
import { openPackageCache, type PackageCache } from './package-cache.ts';

const SHOWN_LOGIN = '$SCRATCH/apt-login';

export const baseBuild: ActionHandler<'base.build'> = {
  kind: 'base.build',
  commands({ params: { base, hash, medium = null, bundled, login } }): readonly CommandLine[] {
    const folder = `$BASES/${hash}`;
    if (bundled === true) return [{ argv: ['ln', '-sfn', `${BUNDLED_BASES}/${hash}`, folder] }];
    if (base.role === 'common')
      return [
        { argv: ['mkdir', '-p', folder, '$BASES/packages'] },
        ...shownMount(medium),
        ...shownLogin(login, SHOWN_LOGIN),
        {
          argv: mmdebstrapArguments(
            base,
            `${folder}/tree.tar`,
            '$BASES/packages',
            [],
            login === undefined ? null : SHOWN_LOGIN,
          ),
        },
        ...(login === undefined ? [] : [{ argv: ['rm', SHOWN_LOGIN] }]),
      ];
    const tree = `$SCRATCH/${base.role}`;
    // `inside` of the script is what base-chroot.ts does.
    const inside = (argv: readonly string[]): string[] => ['inside', tree, ...argv];
    return [
      { argv: ['mkdir', '-p', folder, tree] },
      { argv: unpackArguments(base, '$BASES', tree) },
      {
        argv: ['install', '-D', '-m', '0755', '/dev/stdin', `${tree}/usr/sbin/policy-rc.d`],
        inputDescription: NO_DAEMONS,
      },
      { argv: ['ln', '-sfn', RESOLVER_LINK, `${tree}/etc/resolv.conf`] },
      ...shownLogin(login, `${tree}${LOGIN_IN_TREE}`),
      { argv: inside(['apt-get', '--quiet', 'update']) },
      { argv: inside(installArguments(base)) },
      ...(base.initrd === null
        ? []
        : [
            {
              argv: inside(['update-initramfs', '-c', '-k', 'all']),
              note: `its modules: ${base.initrd.modules === 'list' ? base.initrd.list.join(' ') : base.initrd.modules}`,
            },
          ]),
      { argv: cleanArguments(tree), note: 'what building left behind, and what must be unique in every system' },
      {
        argv: mke2fsArguments(base, tree, `${folder}/image`, { sizeMiB: 2048, bytesPerInode: 16384 }),
        note: 'the size is that of the tree and a little slack',
      },
      { argv: ['rm', '-rf', '--one-file-system', tree] },
    ];
  },
  async apply({ params: { base, hash, medium = null, bundled, login = null } }, context) {
    if (bundled === true) return await takeBundled(hash, context);
    if (await isBuilt(hash, context)) context.output(noticeText('notices.baseExists', { hash: hash.slice(0, 12) }));
    else
      await underLock(hash, context, async () =>
        build(base, hash, medium === null ? null : await reachMedium(medium, context), login, context),
      );
    await touchBase(hash, context);
  },
};

/** Who apt is, in a file for root alone. */
function shownLogin(login: SecretRef | undefined, path: string): CommandLine[] {
  return login === undefined
    ? []
    : [{ argv: ['install', '-D', '-m', '0600', '/dev/stdin', path], inputDescription: `$SECRET_${login.secret}` }];
}

/** Makes the medium's base visible in the store, unless it is there already. */
async function takeBundled(hash: string, context: ActionContext): Promise<void> {
  const folder = `${BUNDLED_BASES}/${hash}`;
  if (await isBuilt(hash, context))
    return context.output(noticeText('notices.baseExists', { hash: hash.slice(0, 12) }));
  if (!(await context.files.exists(`${folder}/manifest.json`)))
    throw failure('medium-gone', EXIT.action, { hash: hash.slice(0, 12) });
  await context.files.makeDirectory(context.baseStore);
  await context.files.makeLink(`${context.baseStore}/${hash}`, folder);
  if (await isBuilt(hash, context))
    return context.output(noticeText('notices.baseFromMedium', { hash: hash.slice(0, 12) }));
  throw failure('medium-old', EXIT.refused, { hash: hash.slice(0, 12) });
}

async function build(
  base: BaseSpec,
  hash: string,
  medium: MediumMount | null,
  login: SecretRef | null,
  context: ActionContext,
): Promise<void> {
  await storeEntry(
    base,
    hash,
    context,
    async ({ partial, tree, cache }) => {
      if (base.role === 'common') {
        await buildCommon(base, `${partial}/tree.tar`, tree, cache, context, medium);
        return {};
      }
      let steps = 0;
      const step = (name: NoticeKey): void => {
        context.output(noticeText(name));
        context.progress(steps++, 4, 'steps');
      };
      const built = await buildTree(base, tree, cache, context, step, medium);
      step('notices.makingImage');
      const extents = await makeImage(base, tree, partial, context);
      context.progress(4, 4, 'steps');
      return { packages: built.packages, sizeBytes: extents.sizeBytes, usedBytes: extents.usedBytes };
    },
    login,
  );
  await trimStore(context);
}

export interface Workspace {
  /** Where the files of the entry go. */
  readonly partial: string;
  readonly tree: string;
  readonly cache: PackageCache;
}

/**
 * One entry of the store, with its lock held: `make` fills its folder and gives what else its manifest says; it gets
 * its name when whole.
 */
export async function storeEntry(
  base: BaseSpec,
  hash: string,
  context: ActionContext,
  make: (place: Workspace) => Promise<Readonly<Record<string, unknown>>>,
  login: SecretRef | null = null,
): Promise<void> {
  const done = `${context.baseStore}/${hash}`;
  // Under the lock these names are ours: what a killed build left there goes first.
  const partial = `${done}.partial`;
  for (const mayUseMemory of [true, false]) {
    await removeTree(partial, context);
    await context.files.makeDirectory(partial, '0755');
    const tree = await context.treeFolder(`${context.scratch}/tree-${hash.slice(0, 16)}`, base, mayUseMemory);
    try {
      const fields = await make({ partial, tree: tree.path, cache: await openPackageCache(partial, context, login) });
      // Deleting a tree takes as long as reading its image: side by side.
      await Promise.all([tree.release(), finish(base, hash, partial, fields, context)]);
      await context.files.remove(done);
      return await context.files.rename(partial, done);
    } catch (error) {
      if (!tree.isInMemory || !isOutOfRoom(error)) throw error;
      context.notice('notices.treeTooLarge');
    } finally {
      await tree.release();
      await removeTree(partial, context);
    }
  }
}

/** ENOSPC, by whatever command. */
function isOutOfRoom(error: unknown): boolean {
  return (
    error instanceof XenwrightError &&
    [error.message, ...error.lastLines].some((line) => line.includes('No space left on device'))
  );
}

/**
 * Never through a mount, should one be left in it. A run that is being stopped starts no commands any more, and cleans
 * up all the same.
 */
export async function removeTree(path: string, context: ActionContext): Promise<void> {
  await context.exec(['rm', '-rf', '--one-file-system', path], { quiet: true }).catch(() => context.files.remove(path));
}

/** Checksums, the manifest last, and everything on the disk before the base gets its name. */
async function finish(
  base: BaseSpec,
  hash: string,
  folder: string,
  fields: Readonly<Record<string, unknown>>,
  context: ActionContext,
): Promise<void> {
  await context.files.remove(`${folder}/archives`);
  const names = await context.files.list(folder);
  const checksums = await context.exec(['sha256sum', ...names], { cwd: folder, quiet: true, timeoutMs: 10 * 60_000 });
  const sha256 = Object.fromEntries(
    checksums.stdout
      .trim()
      .split('\n')
      .map((line) => [line.slice(66), line.slice(0, 64)]),
  );
  await context.files.writeText(
    `${folder}/manifest.json`,
    `${JSON.stringify({ recipe: RECIPE, hash, base, built: new Date().toISOString(), ...fields, sha256 }, null, 2)}\n`,
  );
  await context.exec(['sync', ...names.map((name) => `${folder}/${name}`)], { quiet: true, timeoutMs: 10 * 60_000 });
}
