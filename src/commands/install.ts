/** `xenwright install`: profile → facts → check → plan → engine, into a disk image or onto this machine's disks. */
import { randomUUID } from 'node:crypto';
import { MARKER } from '../actions/host-finish.ts';
import { describe, handlers } from '../actions/table.ts';
import { readJournal } from '../engine/journal.ts';
import { runPlan } from '../engine/run.ts';
import { EXIT, XenwrightError } from '../errors.ts';
import { ownSerialLine } from '../facts/consoles.ts';
import { buildPlan } from '../plan/build-plan.ts';
import { formats } from '../plan/formats/formats.ts';
import { MEDIUM_COPIED } from '../plan/sections/section-medium.ts';
import type { Plan } from '../plan/plan.ts';
import { keptProfile } from '../profile/kept.ts';
import { shownSource } from '../profile/source-ref.ts';
import { logConsumer } from '../report/log-file.ts';
import { ndjsonConsumer } from '../report/ndjson.ts';
import { plainConsumer } from '../report/plain.ts';
import { parseEvents } from '../report/replay.ts';
import { Summary } from '../report/summary.ts';
import { ask } from '../system/terminal/ask.ts';
import { askSecret } from '../system/terminal/ask-secret.ts';
import { ensureImage, imageExists, imageState } from '../system/disk/image-files.ts';
import { lockTarget } from '../system/files/lock.ts';
import { ignoreHangup } from '../system/process/ignore-hangup.ts';
import { mirrored, openOutput } from '../system/process/output.ts';
import { endMachine } from '../system/process/power.ts';
import { systemProbe } from '../system/process/probe-port.ts';
import type { RunSocket } from '../system/run/run-socket.ts';
import { leaveWorkspace, workspace } from '../system/disk/work-space.ts';
import { profileSecrets, type Secrets } from '../system/trust/secrets.ts';
import { MACHINE_STATE } from '../system/run/state.ts';
import type { CommandIo } from '../system/process/process-io.ts';
import { applianceTarget, budgets, localMachine, type Target } from '../system/run/install-targets.ts';
import { loginsOf } from '../install/logins.ts';
import { wantsPanes } from '../install/panes.ts';
import {
  checkAgainst,
  everyFinding,
  hasErrors,
  prepareProfile,
  ruleWords,
  type PreparedProfile,
} from '../install/prepare.ts';
import { resumeCommand, startAgain } from '../install/next-command.ts';
import { askPasswords } from '../install/ask-passwords.ts';
import { askIfWanted } from '../install/ask-sections.ts';
import { endAfterFailure, finishMachine } from '../install/finish-machine.ts';
import { fetchForImage, assertHasPackages } from '../install/source-medium.ts';
import { replayPanes } from '../install/replay-panes.ts';
import { leaveRecords, refuseUsedTargets, runState } from '../install/run-state.ts';
import { refuseImageLoss } from '../install/image-loss.ts';
import { openReport, withReport, type Report } from '../install/run-report.ts';
import { openViewers } from '../install/run-viewers.ts';
import { decide, earlierRun, type Decision } from '../install/earlier-run.ts';
import { tokensAfter, withOverwrite } from '../install/install-guards.ts';
import type { Choices, InstallOptions } from '../install/install-options.ts';
import { parseImage, plainFingerprint, reportAddress, wholeNumber } from './option-values.ts';
import { targetFacts } from '../install/target-facts.ts';
import { toolsToBuild, toolsToLook, toolsToRead } from '../install/tools.ts';
import { assertReachesArchives } from '../install/unfit-bases.ts';
import { watchedInstall } from '../install/watched-install.ts';

export async function install(sources: readonly string[], given: InstallOptions, io: CommandIo): Promise<number> {
  let options = given;
  refuseWhatIsMissing(options);
  const isPanes = options.toStandardError !== true && options.dryRun !== true && wantsPanes(options.ui, io);
  // Drawn again as text unless panes are asked for: a recording is not watched live.
  if (options.replay !== undefined && sources.length > 0)
    throw usage(
      `--replay takes no SOURCE, and ${sources.map(shownSource).join(' ')} is given`,
      'a recorded run is drawn from its events alone',
    );
  if (options.replay !== undefined)
    return options.ui === 'panes' ? await replayPanes(options.replay, io) : await replay(options.replay, options, io);
  if (sources.length === 0)
    throw usage('install needs a SOURCE', 'name a profile: xenwright install host.yaml --image host.img');
  await toolsToRead(options, io);
  const loaded = await prepareProfile(
    sources,
    {
      ...options,
      complete: async (profile, text) => {
        if (options.answered !== undefined || options.dryRun === true || options.background !== undefined)
          return options.answered ?? null;
        const asked = await askIfWanted(profile, text, { ...options, folder: stateFolder(options) }, io);
        if (asked !== null)
          options = {
            ...options,
            answered: asked.text,
            yes: options.yes === true || asked.isConfirmed,
            ...(asked.console === undefined ? {} : { usedConsole: asked.console }),
          };
        return asked?.text ?? null;
      },
    },
    io,
  );
  if (loaded === null) return EXIT.profile;
  const prepared = withReport(withOverwrite(loaded, options.found === true), options.report);
  options.onPrepared?.(prepared.profile);
  const folder = stateFolder(options);
  // Before this machine is looked at: what lies on its disks is seen by these tools.
  await toolsToLook(options, io);
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
  const { facts } = decision;
  // Once it is copied it is no longer needed: the disc may be in the next machine.
  const isCopied = decision.finished.has(MEDIUM_COPIED);
  if (lost[0] !== undefined && !isCopied) throw lost[0];
  const code = checkAgainst(prepared, facts, io);
  if (code !== EXIT.done) return code;
  const plan = buildPlan(prepared.profile, facts);
  if (options.only !== undefined && !plan.actions.some((action) => action.domain === options.only))
    throw usage(
      `--only ${options.only}: the plan has no such domain`,
      `there are ${[...new Set(plan.actions.map((action) => action.domain))].join(', ')}`,
    );
  if (options.dryRun === true) {
    io.out(formats.text(plan, describe));
    io.out(formats.sh(plan, describe));
    return EXIT.done;
  }
  if (process.getuid?.() !== 0)
    throw new XenwrightError({
      code: 'needs-root',
      exit: EXIT.refused,
      message: 'installing needs root: the files of a system belong to many users',
      hint: 'run the same command as root, for example with sudo',
    });
  if (options.background !== undefined && options.background.planHash !== plan.hash)
    throw new XenwrightError({
      code: 'plan-changed',
      exit: EXIT.refused,
      message: `the profile or the machine has changed: plan ${options.background.planHash.slice(0, 12)} was agreed to, and it would be ${plan.hash.slice(0, 12)} now`,
      hint: 'nothing was written; install again',
    });
  if (decision.said !== null && options.background === undefined) io.err(`${decision.said}\n`);
  await toolsToBuild(plan, options, io);
  if (!isCopied) await assertHasPackages(plan, facts, prepared.profile);
  if (options.background === undefined) await assertReachesArchives(plan, facts, prepared.profile, decision.finished);
  if (options.image.length === 0 && !(await confirmed(plan, options, io))) return EXIT.interrupted;
  const answers =
    options.background?.answers ??
    (await askPasswords(prepared.profile, {
      interactive: io.interactive,
      askSecret: options.askSecret ?? askSecret,
      tell: io.err,
    }));
  if (!isPanes) return await carryOut(plan, decision, prepared, answers, options, io);
  const { exit, isOver } = await watchedInstall(
    {
      sources,
      options: {
        ...options,
        usedConsole: options.usedConsole === undefined ? await ownSerialLine(systemProbe()) : options.usedConsole,
        fetched: { source: prepared.source, text: prepared.text },
      },
      planHash: plan.hash,
      answers: [...answers],
      summary: { logins: loginsOf(prepared.profile), resumeCommand: resumeCommand(prepared.source, options) },
      leavesByItself: options.ui === 'auto',
      choices: options.choices ?? choicesAfter(options, io),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
    },
    io,
  );
  if (isOver && options.image.length === 0 && exit === EXIT.done)
    await finishMachine(prepared.profile.install.onFinish, io, options.end);
  if (isOver && options.image.length === 0 && exit === EXIT.action && options.onPrepared === undefined)
    await endAfterFailure(prepared.profile.install.onError, io);
  return exit;
}

function choicesAfter(options: InstallOptions, io: CommandIo): Choices {
  const images = options.image.map((image) => parseImage(image).file);
  if (images.length === 0)
    return {
      reboot: async (exit) => {
        await endMachine('reboot');
        return exit;
      },
    };
  return { boot: async () => await (await import('./boot.ts')).boot(images, { firmware: 'bios', console: true }, io) };
}

/** Where a run keeps its journal: beside the first image, or on this system. */
function stateFolder(options: InstallOptions): string {
  const [first] = options.image.map(parseImage);
  return options.state ?? (first === undefined ? MACHINE_STATE : imageState(first.file));
}

async function carryOut(
  plan: Plan,
  { facts, beginning }: Decision,
  prepared: PreparedProfile,
  answers: ReadonlyMap<string, string>,
  options: InstallOptions,
  io: CommandIo,
): Promise<number> {
  const images = options.image.map(parseImage);
  const first = images[0]?.file;
  const lock = await lockTarget(first ?? plan.disks[0]?.path ?? 'this machine');
  const state = await runState(stateFolder(options), plan, beginning, first === undefined).catch(
    async (error: unknown) => {
      await lock.release();
      throw error;
    },
  );
  const marker = {
    id: plan.hash.slice(0, 32),
    run: '',
    planHash: plan.hash,
    hostname: plan.hostname,
    tokens: tokensAfter(prepared.profile, facts),
  };
  const secrets = withMarker(
    profileSecrets(
      prepared.profile,
      keptProfile(prepared.profile),
      prepared.source,
      answers,
      prepared.read,
      plainFingerprint(options.tlsFingerprint),
    ),
    () => JSON.stringify({ ...marker, finished: new Date().toISOString() }),
  );
  const place =
    first !== undefined
      ? undefined
      : await workspace(plan, (await readJournal(state.journal))?.finished ?? new Set(), io.err).catch(
          async (error: unknown) => {
            await Promise.allSettled([state.close(), lock.release()]);
            throw error;
          },
        );
  const machine = localMachine(secrets, handlers, first === undefined, place);
  const { background } = options;
  const output =
    background !== undefined ? null : mirrored(openOutput(options.toStandardError === true ? 2 : 1), options.mirror);
  const summary = new Summary();
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A closed SSH session must not end an install: neither its signal, nor what can no longer be written to it.
  const letGo = ignoreHangup();
  let target: Target | null = null;
  let viewers: RunSocket | null = null;
  let [done, hasFailed] = [false, false];
  let report: Report | null = null;
  try {
    report = await openReport(prepared.profile, secrets, state);
    const fresh = (await state.journal.lines()).length === 0;
    await refuseForeignImage(first, fresh, startAgain(prepared.source, options, state.folder));
    await refuseUsedTargets(
      plan,
      images.map(({ file }) => file),
      state.journal,
    );
    for (const [index, image] of images.entries()) await ensureImage(image.file, plan.disks[index]?.sizeMiB ?? 0);
    await fetchForImage(facts, io);
    target =
      first === undefined
        ? machine
        : applianceTarget(
            plan,
            images.map((image) => image.file),
            state.folder,
            secrets,
            facts.medium?.path,
          );
    viewers = await openViewers(state.folder, stop, background, io);
    if (fresh) await state.writeFacts(facts);
    await state.begin();
    await state.writePlan(plan);
    const rule = ruleWords(prepared.loaded);
    if (rule !== null) state.writeLog(`${new Date().toISOString()} ${rule}\n`);
    const outcome = await runPlan({
      plan,
      executors: { builder: machine.executor, target: target.executor },
      journal: state.journal,
      signal: abort.signal,
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
        ...(output === null
          ? []
          : [options.ui === 'json' ? ndjsonConsumer(output.write) : plainConsumer(output.write)]),
      ],
      earlier: state.earlier,
      resume: options.resume === true || options.resumeIfInterrupted === true || beginning.how === 'device',
      timeScale: first === undefined ? 1 : 20,
      newRunId: randomUUID,
      startAgain: startAgain(prepared.source, options, state.folder),
      ...(options.only === undefined ? {} : { only: options.only }),
    });
    const isFinished = outcome.result === 'done' && options.only === undefined;
    if (isFinished || (outcome.result === 'unchanged' && beginning.how === 'device'))
      await leaveRecords(plan, facts, state, loginsOf(prepared.profile), target, io.err);
    await target.close();
    await report?.close(abort.signal.aborted, io);
    if (outcome.result === 'unchanged')
      io.err(
        `${first ?? 'This host'} is installed already, by this very plan (${plan.hash.slice(0, 12)}): nothing was changed.\n`,
      );
    else if (options.ui !== 'json')
      output?.write(
        summary.text({
          logins: loginsOf(prepared.profile),
          logPath: state.logPath,
          resumeCommand: resumeCommand(prepared.source, options),
        }),
      );
    if (outcome.exit === EXIT.action && options.ui !== 'json')
      io.err(
        `A support bundle, without secrets, for whoever helps:  xenwright attach ${state.folder} --bundle xenwright.tar.gz\n`,
      );
    done = outcome.result === 'done' && outcome.exit === EXIT.done;
    hasFailed = outcome.exit === EXIT.action;
    return outcome.exit;
  } finally {
    // Each of these whatever becomes of the others: a busy mount must not keep the lock.
    const ends = await Promise.allSettled([target?.close(), machine.close()]);
    await Promise.allSettled([
      report?.close(true, io),
      state.close(),
      lock.release(),
      output?.close(),
      viewers?.close(),
    ]);
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop);
    for (const end of ends)
      if (end.status === 'rejected')
        io.err(`${end.reason instanceof Error ? end.reason.message : String(end.reason)}\n`);
    if (done && place !== undefined) await leaveWorkspace();
    // What an image is made in powers itself off; only a run onto this machine's own disks ends this machine.
    const isOurs = first === undefined && background?.isWatched() !== true;
    if (done && isOurs) await finishMachine(prepared.profile.install.onFinish, io, options.end);
    if (hasFailed && isOurs && options.onPrepared === undefined)
      await endAfterFailure(prepared.profile.install.onError, io);
    // The terminal may have gone for good: what is said after this, and by whom, is not known here.
    if (process.stdout.isTTY !== true) letGo();
  }
}

/** The marker of a finished install goes the way of secrets: known at run time only, and never in a plan. */
function withMarker(secrets: Secrets, marker: () => string): Secrets {
  return {
    redact: (text) => secrets.redact(text),
    resolve: async (ref) => (ref.secret === MARKER ? marker() : await secrets.resolve(ref)),
  };
}

/** An image without our state beside it is somebody's: it is never overwritten. */
async function refuseForeignImage(image: string | undefined, fresh: boolean, remove: string): Promise<void> {
  if (image === undefined || !fresh || !(await imageExists(image))) return;
  throw new XenwrightError({
    code: 'image-exists',
    exit: EXIT.refused,
    message: `${image} exists and was not begun by this state folder`,
    hint: `name another file; or, if it may go:  ${remove}`,
  });
}

/** On a terminal a person types the disk's name; unattended runs never wait for a key. */
async function confirmed(plan: Plan, options: InstallOptions, io: CommandIo): Promise<boolean> {
  if (options.yes === true || !io.interactive) return true;
  io.out(formats.text(plan, describe));
  const disk = plan.disks[0]?.path ?? '';
  const answer = await ask(`Everything on ${disk} will be lost. Type its name to go on: `);
  if (answer?.trim() === disk) return true;
  io.err('Nothing was changed.\n');
  return false;
}

async function replay(file: string, options: InstallOptions, io: CommandIo): Promise<number> {
  const summary = new Summary();
  const consume = options.ui === 'json' ? ndjsonConsumer(io.out) : plainConsumer(io.out);
  for (const event of parseEvents(await io.readText(file))) {
    consume(event);
    summary.follow(event);
  }
  if (options.ui !== 'json') io.out(summary.text());
  return EXIT.done;
}

function refuseWhatIsMissing(options: InstallOptions): void {
  if (options.facts !== undefined && options.dryRun !== true)
    throw usage('--facts goes with --dry-run', 'facts of another machine cannot be installed here');
  if ((options.as ?? []).length > 0 && options.image.length === 0 && options.dryRun !== true)
    throw usage('--as goes with --image or --dry-run', "this machine's own disks are installed for this machine alone");
  if (options.image.length > 1) throw usage('more than one --image is not supported yet', 'it comes with RAID');
  // Not every caller is a command line: a medium has kernel options.
  if (options.jobs !== undefined) wholeNumber('--jobs')(options.jobs);
  if (options.report !== undefined) reportAddress(options.report);
}

function usage(message: string, hint: string): XenwrightError {
  return new XenwrightError({ code: 'usage', exit: EXIT.usage, message, hint });
}
