/** The live tree without the program: a base like others, kept in the store as one tar, with the medium's own initrd. */
import { noticeText } from '../../i18n/notices.ts';
import bootScript from '../../../assets/medium/initrd-boot.sh' with { type: 'text' };
import hook from '../../../assets/medium/initrd-hook.sh' with { type: 'text' };
import pinPackages from '../../../assets/medium/pins.sh' with { type: 'text' };
import { baseBuild, storeEntry } from '../../actions/base-build.ts';
import { baseDamaged, isBuilt, touchBase, underLock } from '../../actions/base-store.ts';
import { inTree } from '../../actions/base-chroot.ts';
import { buildTree } from '../../actions/base-tree.ts';
import type { ActionContext } from '../../actions/kind.ts';
import { EXIT } from '../../errors.ts';
import type { ActionOf, BaseSource, BaseSpec } from '../../plan/action.ts';
import { hashOf } from '../../plan/canonical.ts';
import { parsePins, pinsIn, type PinnedPackage } from './manifest.ts';
import { livePackages } from './live-packages.ts';

/** The release of the live system. */
export const LIVE_RELEASE = 'trixie';
const TAR_TIMEOUT_MS = 30 * 60_000;
/** Counts up when the way the tree is made changes. */
const RECIPE = 5;
const SCRIPTS = '/usr/share/initramfs-tools';

/** The hook reads it: while the initrd for booting over the network is made. */
const WITH_NETWORK = 'XENWRIGHT_NETWORK';
/**
 * Hooks of packages whose work the boot script never needs: RAID (its modules measure their speed when they are loaded)
 * and LVM are the live system's.
 */
const UNUSED_HOOKS = ['dmsetup', 'fsck', 'keymap', 'lvm2', 'mdadm', 'resume', 'thermal'];

/** One for each kernel. */
const NETBOOT_INITRDS =
  'for kernel in $(ls /usr/lib/modules); do mkinitramfs -o "/boot/netboot.img-$kernel" "$kernel"; done';

export interface LiveSpec {
  readonly common: BaseSpec;
  readonly commonHash: string;
  readonly live: BaseSpec;
  readonly hash: string;
}

/** What the live tree is built from. Pure. */
export function liveSpec(sources: readonly BaseSource[], proxy: string | null, hasFirmware: boolean): LiveSpec {
  const common: BaseSpec = {
    role: 'common',
    distribution: 'debian',
    release: LIVE_RELEASE,
    architecture: 'amd64',
    packages: [],
    sources,
    proxy,
    parent: null,
    features: [],
    initrd: null,
  };
  const commonHash = hashOf(common);
  const live: BaseSpec = {
    ...common,
    role: 'live',
    packages: livePackages(hasFirmware),
    parent: commonHash,
    initrd: { modules: 'list', list: [] },
  };
  return { common, commonHash, live, hash: hashOf({ live, recipe: RECIPE, hook, bootScript, UNUSED_HOOKS }) };
}

/** The moment of the newest package in the tree: all times on the medium are this one or older, whenever it is built. */
export async function packageEpoch(tree: string, context: ActionContext): Promise<number> {
  const found = await context.exec(
    [
      'sh',
      '-c',
      'find "$1/usr/share/doc" -name "changelog*" -type f -printf "%T@\\n" | sort -n | tail -n 1',
      'sh',
      tree,
    ],
    { quiet: true },
  );
  return Math.floor(Number(found.stdout));
}

export interface LiveTree {
  readonly tar: string;
  readonly packages: readonly PinnedPackage[];
}

/** Builds it, or takes it from the store. */
export async function buildLiveTree(spec: LiveSpec, context: ActionContext): Promise<LiveTree> {
  await baseBuild.apply(
    {
      id: 'medium/common',
      kind: 'base.build',
      params: { base: spec.common, hash: spec.commonHash },
    } as unknown as ActionOf<'base.build'>,
    context,
  );
  await underLockWhenMissing(spec, context);
  await touchBase(spec.hash, context);
  const folder = `${context.baseStore}/${spec.hash}`;
  const packages = pinsIn(await context.files.readText(`${folder}/manifest.json`).catch(() => null));
  if (packages === null) throw baseDamaged(context.baseStore, spec.hash, EXIT.refused);
  return { tar: `${folder}/tree.tar`, packages };
}

async function underLockWhenMissing({ live, hash }: LiveSpec, context: ActionContext): Promise<void> {
  if (await isBuilt(hash, context))
    return context.output(noticeText('notices.liveExists', { hash: hash.slice(0, 12) }));
  await underLock(hash, context, () =>
    storeEntry(live, hash, context, async ({ partial, tree, cache }) => {
      let pins: PinnedPackage[] = [];
      await buildTree(
        live,
        tree,
        cache,
        context,
        (name) => context.output(noticeText('notices.liveStep', { what: noticeText(name) })),
        null,
        async () => {
          await context.files.writeText(`${tree}${SCRIPTS}/scripts/xenwright`, bootScript);
          await context.files.writeText(`${tree}${SCRIPTS}/hooks/xenwright`, hook, { mode: '0755' });
          for (const name of UNUSED_HOOKS) await context.files.remove(`${tree}${SCRIPTS}/hooks/${name}`);
          // Here, because apt's lists leave the tree at its end.
          pins = parsePins(
            (await inTree(context, tree, cache.archives)(['sh', '-c', pinPackages], { quiet: true })).stdout,
          );
          // The moment it was made is in it.
          await context.exec(['sed', '-i', '/auto-generated on/d', `${tree}/etc/mdadm/mdadm.conf`]);
          return { SOURCE_DATE_EPOCH: String(await packageEpoch(tree, context)) };
        },
      );
      context.output(noticeText('notices.liveNetboot'));
      await inTree(
        context,
        tree,
        '',
      )(['sh', '-ec', NETBOOT_INITRDS], {
        env: { [WITH_NETWORK]: 'yes', SOURCE_DATE_EPOCH: String(await packageEpoch(tree, context)) },
        timeoutMs: TAR_TIMEOUT_MS,
      });
      await context.exec(
        [
          'tar',
          '--create',
          '--sort=name',
          '--numeric-owner',
          '--xattrs',
          '--xattrs-include=*',
          `--directory=${tree}`,
          `--file=${partial}/tree.tar`,
          '.',
        ],
        { timeoutMs: TAR_TIMEOUT_MS },
      );
      return { pins };
    }),
  );
}
