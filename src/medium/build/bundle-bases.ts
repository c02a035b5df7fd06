/** `--bases` and `--pool`: what profiles need, built here, copied to the medium or made into an archive of packages. */
import { noticeText } from '../../i18n/notices.ts';
import { baseBuild } from '../../actions/base-build.ts';
import { readerOf } from '../../actions/base-store.ts';
import type { ActionContext } from '../../actions/kind.ts';
import { EXIT, failure } from '../../errors.ts';
import { lookAtBase } from '../../facts/base-manifest.ts';
import type { Facts } from '../../facts/facts.ts';
import { imageMachine } from '../../facts/image-machine.ts';
import type { ActionOf } from '../../plan/action.ts';
import { buildPlan } from '../../plan/build-plan.ts';
import { imageSizeMiB } from '../../plan/storage/storage.ts';
import type { EffectiveProfile } from '../../profile/effective.ts';

type BaseBuild = ActionOf<'base.build'>;
export interface BundledEntry {
  readonly hash: string;
  readonly role: string;
  readonly release: string;
  readonly imageSha256: string;
}
const COPY_TIMEOUT_MS = 60 * 60_000;

/**
 * The bases a profile needs on any machine: GRUB for both firmwares, and all firmware, because nobody knows yet what
 * the machine has. In an order to build them in; the common stages are among them. Pure.
 */
export function basesFor(
  profile: EffectiveProfile,
  aptSources: Facts['aptSources'],
  hasFirmware: boolean,
): BaseBuild[] {
  const firmwarePackages =
    hasFirmware && profile.host.firmwarePackages !== 'none' ? ('all' as const) : ('none' as const);
  const anywhere = onAnyMachine({ ...profile, host: { ...profile.host, firmwarePackages } });
  const memoryMiB = 16_384 + profile.domus.reduce((sum, { memoryMiB: one }) => sum + one, 0);
  const facts = imageMachine({ disks: [{ sizeMiB: imageSizeMiB(profile) }], seed: '00', memoryMiB, aptSources });
  return buildPlan(anywhere, facts).actions.filter(
    (action): action is BaseBuild & typeof action =>
      action.kind === 'base.build' && action.params.base.role !== 'appliance',
  );
}

/** What names one machine's disks, cards and drives says nothing of the packages. */
function onAnyMachine(profile: EffectiveProfile): EffectiveProfile {
  const { host } = profile;
  const bridges = host.network.bridges.map((bridge, index) => ({ ...bridge, uplinks: index === 0 ? null : [] }));
  return {
    ...profile,
    host: {
      ...host,
      storage: { ...host.storage, disks: [{ largest: true, count: 1 }] },
      network: { ...host.network, bridges },
      source: { ...host.source, medium: null },
    },
  };
}

/** Builds each once, or takes it from the store. */
export async function buildAll(builds: readonly BaseBuild[], context: ActionContext): Promise<void> {
  const done = new Set<string>();
  for (const build of builds) {
    if (done.has(build.params.hash)) continue;
    done.add(build.params.hash);
    context.output(build.title);
    await baseBuild.apply(build, context);
  }
}

/** Copies finished bases as folders named by their hashes; common stages stay here. */
export async function copyBases(
  builds: readonly BaseBuild[],
  folder: string,
  context: ActionContext,
): Promise<BundledEntry[]> {
  const entries = new Map<string, BundledEntry>();
  for (const {
    params: { base, hash },
  } of builds) {
    if (base.role === 'common' || entries.has(hash)) continue;
    context.output(noticeText('notices.copyingBase', { role: base.role, release: base.release }));
    await context.files.makeDirectory(`${folder}/${hash}`, '0755');
    const before = await context.files.readText(`${context.baseStore}/${hash}/manifest.json`);
    for (const name of ['image', 'extents.json', 'manifest.json'])
      await context.exec(
        ['cp', '--sparse=always', `${context.baseStore}/${hash}/${name}`, `${folder}/${hash}/${name}`],
        { timeoutMs: COPY_TIMEOUT_MS },
      );
    const copied = await context.files.readText(`${folder}/${hash}/manifest.json`);
    const manifest = await lookAtBase(readerOf(context.files), folder, hash);
    // A Xenwright of another version on this machine has the same store, and its way to build bases: the medium would
    // refuse them.
    if (copied !== before || typeof manifest === 'string')
      throw failure('target-locked', EXIT.refused, { role: base.role, hash: hash.slice(0, 12) });
    entries.set(hash, { hash, role: base.role, release: base.release, imageSha256: manifest.checksums['image'] ?? '' });
  }
  return [...entries.values()].sort((a, b) => (a.hash < b.hash ? -1 : 1));
}
