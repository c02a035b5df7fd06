/**
 * The tools of a command, asked for in time: those to look at disks before this machine is looked at, those to build
 * once the plan is known, those of what comes after the run before it begins.
 */
import { KNOWS_ISO9660 } from '../actions/base-medium.ts';
import { EXIT, failure } from '../errors.ts';
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import { exec } from '../system/process/exec.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import {
  bootTools,
  BUILD_TOOLS,
  DISC_TOOLS,
  DISK_TOOLS,
  EXECUTABLE_TOOLS,
  HTTPS_TOOLS,
  IMAGE_TOOLS,
  PACKAGE_TOOLS,
  provideTools,
  SIGNATURE_TOOLS,
  type Wanted,
} from '../system/process/provide-tools.ts';
import { hasBases, missingBases } from '../system/disk/work-space.ts';
import { packageOrigin, type Origin } from '../system/own-package/origin.ts';
import { hasOwnPackage } from '../system/own-package/own-package.ts';
import { BASES_FOLDER } from '../system/run/install-targets.ts';

interface Options {
  readonly image: readonly string[];
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly background?: unknown;
  readonly pubkey?: string;
  /** Of what follows the install. */
  readonly alsoNeeds?: Wanted;
}

/** Where nothing is known of it, as a profile that says nothing. */
interface Host {
  /** Whether the host gets Xenwright itself. */
  readonly tools: boolean;
}

/** Before the profile is read. */
export async function toolsToRead(options: Options, io: CommandIo): Promise<void> {
  if (options.pubkey !== undefined) await provide(SIGNATURE_TOOLS, options, io);
}

/** Where nothing was ever built those to build go with them, so that a person is asked once. */
export async function toolsToLook(options: Options, io: CommandIo, host: Host = { tools: false }): Promise<void> {
  const wanted = { ...(options.image.length === 0 ? DISK_TOOLS : IMAGE_TOOLS), ...options.alsoNeeds };
  const toBuild = { ...BUILD_TOOLS, ...(host.tools ? toolsOf(await packageOrigin()) : {}) };
  await provide((await hasBases()) ? wanted : { ...wanted, ...toBuild }, options, io);
}

/** All that an install into an image and its first start take, where nobody is asked about anything. */
export async function toolsForImage(image: string, io: CommandIo): Promise<void> {
  await toolsToLook({ image: [image], yes: true, alsoNeeds: bootTools({ firmware: 'bios', console: true }) }, io);
}

export async function toolsToBuild(plan: Plan, options: Options, io: CommandIo): Promise<void> {
  if (isForOthers(options)) return;
  const builds = await missingBases(plan);
  const wanted = { ...(builds.length > 0 ? await toolsOfBuilds(builds) : {}), ...(await toolsOfPackage(plan.actions)) };
  await provide(wanted, options, io);
}

/**
 * What it takes to have the package of Xenwright itself, where these actions want it and it was not made yet. Throws
 * `own-package` (exit 4) where this program has none.
 */
async function toolsOfPackage(actions: readonly Pick<Action, 'kind'>[]): Promise<Wanted> {
  if (!actions.some(({ kind }) => kind === 'tools.package') || (await hasOwnPackage(BASES_FOLDER))) return {};
  return await toolsOfOrigin();
}

/** The same where it is wanted in any case. */
export async function toolsOfOrigin(): Promise<Wanted> {
  const origin = await packageOrigin();
  if (origin === null) throw failure('own-package.none', EXIT.refused);
  return toolsOf(origin);
}

function toolsOf(origin: Origin | null): Wanted {
  if (origin === null || origin.from === 'medium') return {};
  return origin.from === 'executable' ? PACKAGE_TOOLS : { ...PACKAGE_TOOLS, ...EXECUTABLE_TOOLS };
}

/** What building these takes, by where their packages come from. */
export async function toolsOfBuilds(actions: readonly Action[]): Promise<Wanted> {
  const builds = actions.flatMap((action) => (action.kind === 'base.build' ? [action.params] : []));
  const hasHttps = builds.some(({ base }) => base.sources.some(({ uri }) => uri.startsWith('https:')));
  const hasMedium = builds.some(({ medium }) => medium !== undefined);
  const cannotMount = hasMedium && (await exec(KNOWS_ISO9660, { quiet: true, okCodes: [0, 1, 127] })).exitCode !== 0;
  return { ...BUILD_TOOLS, ...(hasHttps ? HTTPS_TOOLS : {}), ...(cannotMount ? DISC_TOOLS : {}) };
}

async function provide(wanted: Wanted, options: Options, io: CommandIo): Promise<void> {
  if (!isForOthers(options))
    await provideTools(wanted, { mayAsk: io.interactive && options.yes !== true, tell: io.err });
}

/** A dry run changes nothing; who is not root is told so later; the run behind a screen was prepared by what shows it. */
function isForOthers({ dryRun, background }: Options): boolean {
  return dryRun === true || background !== undefined || process.getuid?.() !== 0;
}
