/** What is looked at before anything is planned: the machine or the images to be installed, and the run before this one. */
import type { XenwrightError } from '../errors.ts';
import { buildPlan } from '../plan/build-plan.ts';
import { MEDIUM_COPIED } from '../plan/sections/section-medium.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { parseImage } from '../command-line/values/images.ts';
import { decide, earlierRun, type Decision } from './earlier-run.ts';
import { refuseImageLoss } from './image-loss.ts';
import type { InstallOptions } from './install-options.ts';
import { startAgain } from './next-command.ts';
import { everyFinding, hasErrors, type PreparedProfile } from './prepare.ts';
import { stateFolder } from './run-state.ts';
import { targetFacts } from './target-facts.ts';

export interface LookedAt {
  readonly decision: Decision;
  /** The medium lies on the target already: it is no longer needed. */
  readonly isMediumCopied: boolean;
}

/**
 * Throws what `targetFacts`, `refuseImageLoss` and `decide` throw; a medium that cannot be read only where it is still
 * needed.
 */
export async function lookAtTarget(
  prepared: PreparedProfile,
  options: InstallOptions,
  io: CommandIo,
): Promise<LookedAt> {
  const folder = stateFolder(options);
  const isOwn = options.image.length === 0 && options.dryRun !== true;
  const lost: XenwrightError[] = [];
  const probed = await targetFacts(
    prepared.profile,
    { ...options, ...(isOwn ? { onLostMedium: (error) => lost.push(error) } : {}) },
    io,
  );
  await refuseImageLoss(
    options.image.map((image) => parseImage(image).file),
    prepared.source,
    probed,
  );
  const isNamed = options.state !== undefined;
  const decision: Decision = !isOwn
    ? { facts: probed, beginning: { how: 'folder' }, said: null, finished: new Set() }
    : decide(prepared.profile, probed, await earlierRun(folder, isNamed, probed), {
        isNamed,
        isFound: options.found === true,
        startAgain: startAgain(prepared.source, options, folder),
        planOf: (machine) =>
          hasErrors(everyFinding(prepared.loaded, machine)) ? null : buildPlan(prepared.profile, machine),
      });
  // Once it is copied it is no longer needed: the disc may be in the next machine.
  const isMediumCopied = decision.finished.has(MEDIUM_COPIED);
  if (lost[0] !== undefined && !isMediumCopied) throw lost[0];
  return { decision, isMediumCopied };
}
