/** `xenwright install`: profile → facts → check → plan → engine, into a disk image or onto this machine's disks. */
import { english } from '../../i18n/english.ts';
import { describe } from '../../actions/table.ts';
import { EXIT, failure } from '../../errors.ts';
import { ownSerialLine } from '../../facts/consoles.ts';
import { buildPlan } from '../../plan/build-plan.ts';
import { formats } from '../../plan/formats/formats.ts';
import type { Plan } from '../../plan/plan.ts';
import { newDisks } from '../../plan/storage/graph.ts';
import { shownSource } from '../../profile/source-ref.ts';
import { ask } from '../../system/terminal/ask.ts';
import { askSecret } from '../../system/terminal/ask-secret.ts';
import { endMachine } from '../../system/process/power.ts';
import { systemProbe } from '../../system/process/probe-port.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { loginsOf } from '../../profile/ways-in.ts';
import { lookAtTarget } from '../../install/look-at-target.ts';
import { wantsPanes } from '../../install/panes.ts';
import { checkAgainst, prepareProfile, type PreparedProfile } from '../../install/prepare.ts';
import { resumeCommand } from '../../install/next-command.ts';
import { askPasswords } from '../../install/ask-passwords.ts';
import { askIfWanted } from '../../install/ask-sections.ts';
import { endAfterFailure, finishMachine } from '../../install/finish-machine.ts';
import { assertHasPackages } from '../../install/source-medium.ts';
import { replayPanes } from '../../install/replay-panes.ts';
import { replayText } from '../../install/replay-text.ts';
import { runInstall } from '../../install/run-install.ts';
import type { InstallJob } from '../../install/run-resources.ts';
import { stateFolder } from '../../install/run-state.ts';
import { withReport } from '../../install/run-report.ts';
import { withOverwrite } from '../../install/install-guards.ts';
import type { Choices, InstallOptions } from '../../install/install-options.ts';
import { parseImage } from '../../command-line/values/images.ts';
import { reportAddress } from '../../command-line/values/addresses.ts';
import { wholeNumber } from '../../command-line/values/numbers.ts';
import { toolsToBuild, toolsToLook, toolsToRead } from '../../install/tools.ts';
import { assertReachesArchives } from '../../install/unfit-bases.ts';
import { watchedInstall } from '../../install/watched-install.ts';

export async function install(sources: readonly string[], given: InstallOptions, io: CommandIo): Promise<number> {
  refuseContraryOptions(given);
  const isPanes = given.toStandardError !== true && given.dryRun !== true && wantsPanes(given.ui, io);
  if (given.replay !== undefined) return await replay(given.replay, sources, given, io);
  if (sources.length === 0) throw failure('usage.noSource', EXIT.usage);
  await toolsToRead(given, io);
  const loaded = await prepareAnswered(sources, given, io);
  if (loaded === null) return EXIT.profile;
  const { prepared, options } = loaded;
  options.onPrepared?.(prepared.profile);
  // Before this machine is looked at: what lies on its disks is seen by these tools.
  await toolsToLook(options, io, prepared.profile.host);
  const { decision, isMediumCopied } = await lookAtTarget(prepared, options, io);
  const { facts } = decision;
  const code = checkAgainst(prepared, facts, io);
  if (code !== EXIT.done) return code;
  const plan = buildPlan(prepared.profile, facts);
  refuseUnknownDomain(plan, options);
  if (options.dryRun === true) {
    io.out(formats.text(plan, describe));
    io.out(formats.sh(plan, describe));
    return EXIT.done;
  }
  refuseToBegin(plan, options);
  if (decision.said !== null && options.background === undefined) io.err(`${decision.said}\n`);
  await toolsToBuild(plan, options, io);
  if (!isMediumCopied) await assertHasPackages(plan, facts, prepared.profile);
  if (options.background === undefined) await assertReachesArchives(plan, facts, prepared.profile, decision.finished);
  if (options.image.length === 0 && !(await confirmed(plan, options, io))) return EXIT.interrupted;
  const answers =
    options.background?.answers ??
    (await askPasswords(prepared.profile, {
      interactive: io.interactive,
      askSecret: options.askSecret ?? askSecret,
      tell: io.err,
    }));
  const job: InstallJob = { plan, decision, prepared, answers, options };
  return isPanes ? await installWithPanes(sources, job, io) : await runInstall(job, io);
}

/** Drawn again as text unless panes are asked for: a recording is not watched live. */
async function replay(
  file: string,
  sources: readonly string[],
  { ui }: InstallOptions,
  io: CommandIo,
): Promise<number> {
  if (sources.length > 0)
    throw failure('usage.replaySource', EXIT.usage, { sources: sources.map(shownSource).join(' ') });
  return ui === 'panes' ? await replayPanes(file, io) : await replayText(file, ui === 'json', io);
}

interface Answered {
  readonly prepared: PreparedProfile;
  /** With what a person has answered and agreed to. */
  readonly options: InstallOptions;
}

/** The profile for this install, and a person's answers to what it leaves to one. Null: it has errors, which are told. */
async function prepareAnswered(
  sources: readonly string[],
  given: InstallOptions,
  io: CommandIo,
): Promise<Answered | null> {
  let options = given;
  const loaded = await prepareProfile(
    sources,
    {
      ...given,
      complete: async (profile, text) => {
        if (given.answered !== undefined || given.dryRun === true || given.background !== undefined)
          return given.answered ?? null;
        const asked = await askIfWanted(profile, text, { ...given, folder: stateFolder(given) }, io);
        if (asked !== null)
          options = {
            ...given,
            answered: asked.text,
            yes: given.yes === true || asked.isConfirmed,
            ...(asked.console === undefined ? {} : { usedConsole: asked.console }),
          };
        return asked?.text ?? null;
      },
    },
    io,
  );
  if (loaded === null) return null;
  return { prepared: withReport(withOverwrite(loaded, options.found === true), options.report), options };
}

/** The run goes on in a process of its own; this one shows it, and ends this machine when both are done. */
async function installWithPanes(
  sources: readonly string[],
  { plan, prepared, answers, options }: InstallJob,
  io: CommandIo,
): Promise<number> {
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
  return {
    boot: async () => await (await import('../boot/run.ts')).boot(images, { firmware: 'bios', console: true }, io),
  };
}

/** On a terminal a person types the disk's name; unattended runs never wait for a key. */
async function confirmed(plan: Plan, options: InstallOptions, io: CommandIo): Promise<boolean> {
  if (options.yes === true || !io.interactive) return true;
  io.out(formats.text(plan, describe));
  const disk = newDisks(plan)[0]?.path ?? '';
  const answer = await ask(english('cli.install.typeName', { disk }));
  if (answer?.trim() === disk) return true;
  io.err(`${english('cli.nothingChanged')}\n`);
  return false;
}

function refuseContraryOptions(options: InstallOptions): void {
  if (options.facts !== undefined && options.dryRun !== true) throw failure('usage.facts', EXIT.usage);
  if ((options.as ?? []).length > 0 && options.image.length === 0 && options.dryRun !== true)
    throw failure('usage.as', EXIT.usage);
  if (options.image.length > 1) throw failure('usage.images', EXIT.usage);
  // Not every caller is a command line: a medium has kernel options.
  if (options.jobs !== undefined) wholeNumber('--jobs')(options.jobs);
  if (options.report !== undefined) reportAddress(options.report);
}

function refuseUnknownDomain(plan: Plan, { only }: InstallOptions): void {
  if (only !== undefined && !plan.actions.some((action) => action.domain === only))
    throw failure('usage.domain', EXIT.usage, {
      only,
      domains: { list: [...new Set(plan.actions.map((action) => action.domain))], by: 'comma' },
    });
}

/** Throws `needs-root`, and `plan-changed` where another plan was agreed to (both exit 4). */
function refuseToBegin(plan: Plan, { background }: InstallOptions): void {
  if (process.getuid?.() !== 0) throw failure('needs-root.install', EXIT.refused);
  if (background !== undefined && background.planHash !== plan.hash)
    throw failure('plan-changed', EXIT.refused, {
      planHash: background.planHash.slice(0, 12),
      hash: plan.hash.slice(0, 12),
    });
}
