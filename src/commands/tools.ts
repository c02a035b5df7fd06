/** The tools of an install, asked for in time: those to look at disks before this machine is looked at, those to build once the plan is known. */
import type { Plan } from '../plan/plan.ts';
import type { CommandIo } from '../system/process-io.ts';
import { BUILD_TOOLS, DISK_TOOLS, IMAGE_TOOLS, provideTools, type Wanted } from '../system/provide-tools.ts';
import { hasBases, missingBases } from '../system/work-space.ts';

interface Options { readonly image: readonly string[]; readonly dryRun?: boolean; readonly yes?: boolean; readonly behind?: unknown }

/** Where nothing was ever built those to build go with them, so that a person is asked once. */
export async function toolsToLook(options: Options, io: CommandIo): Promise<void> {
  const wanted = options.image.length === 0 ? DISK_TOOLS : IMAGE_TOOLS;
  await provide(await hasBases() ? wanted : { ...wanted, ...BUILD_TOOLS }, options, io);
}

export async function toolsToBuild(plan: Plan, options: Options, io: CommandIo): Promise<void> {
  if ((await missingBases(plan)).length > 0) await provide(BUILD_TOOLS, options, io);
}

/** A dry run changes nothing; who is not root is told so later; the run behind a screen was prepared by what shows it. */
async function provide(wanted: Wanted, options: Options, io: CommandIo): Promise<void> {
  if (options.dryRun === true || options.behind !== undefined || process.getuid?.() !== 0) return;
  await provideTools(wanted, { mayAsk: io.interactive && options.yes !== true, tell: io.err });
}
