/** What a run of `install` holds from its beginning to its end: the lock, its state, where it works, who is told. */
import { handlers } from '../actions/table.ts';
import { readJournal } from '../engine/journal.ts';
import type { Plan } from '../plan/plan.ts';
import { newDisks } from '../plan/storage/graph.ts';
import { keptProfile } from '../profile/kept.ts';
import { plainFingerprint } from '../command-line/values/trust.ts';
import type { CopiedState } from '../system/disk/target-copy.ts';
import { workspace } from '../system/disk/work-space.ts';
import { lockTarget, type Lock } from '../system/files/lock.ts';
import { mirrored, openOutput, type Output } from '../system/process/output.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { localMachine, type Target, type Workspace } from '../system/run/install-targets.ts';
import type { RunSocket } from '../system/run/run-socket.ts';
import { profileSecrets, type Secrets } from '../system/trust/secrets.ts';
import type { Decision } from './earlier-run.ts';
import { installMarker, withMarker, type PendingMarker } from './install-marker.ts';
import type { InstallOptions } from './install-options.ts';
import type { PreparedProfile } from './prepare.ts';
import type { Report } from './run-report.ts';
import { runState, stateFolder } from './run-state.ts';

/** An install that everybody has agreed to. */
export interface InstallJob {
  readonly plan: Plan;
  readonly decision: Decision;
  readonly prepared: PreparedProfile;
  /** Passwords that were asked, by their path. */
  readonly answers: ReadonlyMap<string, string>;
  readonly options: InstallOptions;
}

export interface RunResources {
  readonly lock: Lock;
  readonly state: CopiedState;
  readonly marker: PendingMarker;
  readonly secrets: Secrets;
  /** Where this machine works for its own disks; undefined: for an image, in the usual folders. */
  readonly workspace: Workspace | undefined;
  /** This machine: bases are built here, and an install onto its own disks is carried out here. */
  readonly machine: Target;
  /** Null: nothing is printed, another process shows the run. */
  readonly output: Output | null;
  // Opened as the run goes on, and closed with the rest whatever has become of it.
  report: Report | null;
  target: Target | null;
  viewers: RunSocket | null;
}

/** Locks the target and opens the run's state; `image`: undefined for this machine's own disks. */
export async function openResources(
  { plan, decision, prepared, answers, options }: InstallJob,
  image: string | undefined,
  io: CommandIo,
): Promise<RunResources> {
  const isOwn = image === undefined;
  const lock = await lockTarget(image ?? newDisks(plan)[0]?.path ?? 'this machine');
  const state = await runState(stateFolder(options), plan, decision.beginning, isOwn).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const marker = installMarker(plan, prepared.profile, decision.facts);
  const secrets = withMarker(
    profileSecrets(
      prepared.profile,
      keptProfile(prepared.profile),
      prepared.source,
      answers,
      prepared.read,
      plainFingerprint(options.tlsFingerprint),
    ),
    marker,
  );
  const letGo = async (error: unknown): Promise<never> => {
    await Promise.allSettled([state.close(), lock.release()]);
    throw error;
  };
  const place = !isOwn
    ? undefined
    : await workspace(plan, (await readJournal(state.journal))?.finished ?? new Set(), io.err).catch(letGo);
  const machine = await localMachine(secrets, handlers, isOwn, place).catch(letGo);
  return {
    lock,
    state,
    marker,
    secrets,
    workspace: place,
    machine,
    output:
      options.background !== undefined
        ? null
        : mirrored(openOutput(options.toStandardError === true ? 2 : 1), options.mirror),
    report: null,
    target: null,
    viewers: null,
  };
}

/** Closes all of them and says what a mount has to say against it. */
export async function closeResources(run: RunResources, io: CommandIo): Promise<void> {
  // Each of these whatever becomes of the others: a busy mount must not keep the lock.
  const ends = await Promise.allSettled([run.target?.close(), run.machine.close()]);
  await Promise.allSettled([
    run.report?.close(true, io),
    run.state.close(),
    run.lock.release(),
    run.output?.close(),
    run.viewers?.close(),
  ]);
  for (const end of ends)
    if (end.status === 'rejected') io.err(`${end.reason instanceof Error ? end.reason.message : String(end.reason)}\n`);
}
