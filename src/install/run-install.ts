/**
 * An install carried out: the engine over the plan, into images or onto this machine's disks, and what is left at its
 * end.
 */
import type { Plan } from '../plan/plan.ts';
import { english } from '../i18n/english.ts';
import { randomUUID } from 'node:crypto';
import { parseImage } from '../command-line/values/images.ts';
import { runPlan, type RunOutcome } from '../engine/run.ts';
import { EXIT } from '../errors.ts';
import { logConsumer } from '../report/log-file.ts';
import { ndjsonConsumer } from '../report/ndjson.ts';
import { plainConsumer } from '../report/plain.ts';
import { Summary } from '../report/summary.ts';
import { ensureImage } from '../system/disk/image-files.ts';
import { leaveWorkspace } from '../system/disk/work-space.ts';
import { ignoreHangup } from '../system/process/ignore-hangup.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { applianceTarget, budgets, type Target } from '../system/run/install-targets.ts';
import { endAfterFailure, finishMachine } from './finish-machine.ts';
import { refuseForeignImage } from './image-loss.ts';
import { loginsOf } from '../profile/ways-in.ts';
import { resumeCommand, startAgain } from './next-command.ts';
import { ruleWords } from './prepare.ts';
import { closeResources, openResources, type InstallJob, type RunResources } from './run-resources.ts';
import { openReport } from './run-report.ts';
import { leaveRecords, refuseUsedTargets } from './run-state.ts';
import { openViewers } from './run-viewers.ts';
import { fetchForImage } from './source-medium.ts';
import { newDisks } from '../plan/storage/graph.ts';

/** Time limits of actions in the appliance, which emulates: so many times as long. */
const APPLIANCE_TIME_SCALE = 20;

/** Resolves with the exit code; ends this machine as the profile says where that is this process's to do. */
export async function runInstall(job: InstallJob, io: CommandIo): Promise<number> {
  const images = job.options.image.map((image) => parseImage(image).file);
  const run = await openResources(job, images[0], io);
  const summary = new Summary();
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A closed SSH session must not end an install: neither its signal, nor what can no longer be written to it.
  const letGo = ignoreHangup();
  let ended: RunOutcome | null = null;
  try {
    const target = await begin(job, run, images, stop, io);
    const outcome = await runPlan(engineOptions(job, run, target, summary, abort.signal));
    await leave(job, run, target, outcome, io);
    await target.close();
    await run.report?.close(abort.signal.aborted, io);
    sayEnd(job, run, outcome, summary, io);
    ended = outcome;
    return outcome.exit;
  } finally {
    await closeResources(run, io);
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop);
    await endMachineAfter(job, run, ended, io);
    // The terminal may have gone for good: what is said after this, and by whom, is not known here.
    if (process.stdout.isTTY !== true) letGo();
  }
}

/**
 * Refuses what must not be written to, opens the target and those who are told, and leaves in the state what is
 * planned.
 */
async function begin(
  { plan, decision: { facts }, prepared, options }: InstallJob,
  run: RunResources,
  images: readonly string[],
  stop: () => void,
  io: CommandIo,
): Promise<Target> {
  const { state } = run;
  run.report = await openReport(prepared.profile, run.secrets, state);
  const fresh = (await state.journal.lines()).length === 0;
  await refuseForeignImage(images[0], fresh, startAgain(prepared.source, options, state.folder));
  await refuseUsedTargets(plan, images, state.journal);
  for (const [index, image] of images.entries()) await ensureImage(image, newDisks(plan)[index]?.sizeMiB ?? 0);
  await fetchForImage(facts, io);
  const target =
    images.length === 0 ? run.machine : applianceTarget(plan, images, state.folder, run.secrets, facts.medium?.path);
  run.target = target;
  run.viewers = await openViewers(state.folder, stop, options.background, io);
  if (fresh) await state.writeFacts(facts);
  await state.begin();
  await state.writePlan(plan);
  const rule = ruleWords(prepared.loaded);
  if (rule !== null) state.writeLog(`${new Date().toISOString()} ${rule}\n`);
  return target;
}

function engineOptions(
  { plan, decision: { beginning }, prepared, options }: InstallJob,
  { state, marker, report, viewers, output, machine }: RunResources,
  target: Target,
  summary: Summary,
  signal: AbortSignal,
): Parameters<typeof runPlan>[0] {
  return {
    plan,
    executors: { builder: machine.executor, target: target.executor },
    journal: state.journal,
    signal,
    budgets: budgets(options.jobs),
    consumers: [
      (event) => state.writeEvent(event),
      logConsumer((text) => state.writeLog(text)),
      (event) => summary.follow(event),
      (event) => {
        marker.run = event.run;
      },
      ...(report === null ? [] : [report.publish]),
      ...(viewers === null ? [] : [viewers.publish]),
      ...(output === null ? [] : [options.ui === 'json' ? ndjsonConsumer(output.write) : plainConsumer(output.write)]),
    ],
    earlier: state.earlier,
    resume: options.resume === true || options.resumeIfInterrupted === true || beginning.how === 'device',
    timeScale: options.image.length === 0 ? 1 : APPLIANCE_TIME_SCALE,
    newRunId: randomUUID,
    startAgain: startAgain(prepared.source, options, state.folder),
    ...(options.only === undefined ? {} : { only: options.only }),
  };
}

/** A finished host gets the records of its run; also one whose run was found on its disk and had nothing left to do. */
async function leave(
  { plan, decision: { facts, beginning }, prepared, options }: InstallJob,
  { state }: RunResources,
  target: Target,
  { result }: RunOutcome,
  io: CommandIo,
): Promise<void> {
  const isFinished = result === 'done' && options.only === undefined;
  if (isFinished || (result === 'unchanged' && beginning.how === 'device'))
    await leaveRecords(plan, facts, state, loginsOf(prepared.profile), target, io.err);
}

function sayEnd(
  { plan, prepared, options }: InstallJob,
  { state, output }: RunResources,
  outcome: RunOutcome,
  summary: Summary,
  io: CommandIo,
): void {
  const [image] = options.image.map((argument) => parseImage(argument).file);
  if (outcome.result === 'unchanged') io.err(`${alreadyText(image, plan)}\n`);
  else if (options.ui !== 'json')
    output?.write(
      summary.text({
        logins: loginsOf(prepared.profile),
        logPath: state.logPath,
        resumeCommand: resumeCommand(prepared.source, options),
      }),
    );
  if (outcome.exit === EXIT.action && options.ui !== 'json')
    io.err(`${english('cli.install.bundle', { folder: state.folder })}\n`);
}

function alreadyText(image: string | undefined, { hash }: Plan): string {
  const plan = hash.slice(0, 12);
  return image === undefined
    ? english('cli.install.alreadyHost', { plan })
    : english('cli.install.alreadyImage', { image, plan });
}

/** `outcome`: null where the run did not come to an end that was said. */
async function endMachineAfter(
  { prepared: { profile }, options }: InstallJob,
  run: RunResources,
  outcome: RunOutcome | null,
  io: CommandIo,
): Promise<void> {
  const done = outcome?.result === 'done' && outcome.exit === EXIT.done;
  if (done && run.workspace !== undefined) await leaveWorkspace();
  // What an image is made in powers itself off; only a run onto this machine's own disks ends this machine.
  const isOurs = options.image.length === 0 && options.background?.isWatched() !== true;
  if (done && isOurs) await finishMachine(profile.install.onFinish, io, options.end);
  if (outcome?.exit === EXIT.action && isOurs && options.onPrepared === undefined)
    await endAfterFailure(profile.install.onError, io);
}
