/**
 * `xenwright domu add`: more DomUs for the host that this system is. The same profile, checks, planner, engine and
 * actions as an install; of the plan only what is the new DomUs' own is carried out.
 */
import { english } from '../../../i18n/english.ts';
import { describe } from '../../../actions/table.ts';
import { checkProfile } from '../../../check/check.ts';
import { mediumDevice, poolNow } from '../../../host/domus/places.ts';
import { findingsToTell, pygrubReasons, reason, reasonsAgainst, type Reason } from '../../../host/domus/fit.ts';
import { EXIT, failure, XenwrightError } from '../../../errors.ts';
import type { Facts } from '../../../facts/facts.ts';
import { KEPT_PROFILE } from '../../../facts/host-places.ts';
import { probeHostNow } from '../../../facts/installed-host.ts';
import { planOfAdded } from '../../../plan/added-domus.ts';
import { buildModel } from '../../../plan/build-model.ts';
import { buildPlan } from '../../../plan/build-plan.ts';
import { formats } from '../../../plan/formats/formats.ts';
import type { Plan } from '../../../plan/plan.ts';
import { dom0Packages } from '../../../plan/trees/packages.ts';
import { differences, hostDifferences, isPart, readAdded, type AddedDomus } from '../../../profile/added-domus.ts';
import { isByOptions, textByOptions } from '../../../profile/domu-by-options.ts';
import { commandLine } from '../../../plan/shell-words.ts';
import { refuseClearSecrets } from '../../../profile/clear-secrets.ts';
import type { DomuSettings, EffectiveProfile } from '../../../profile/effective.ts';
import { loadProfile, type LoadedProfile } from '../../../profile/load.ts';
import { ask } from '../../../system/terminal/ask.ts';
import { askSecret } from '../../../system/terminal/ask-secret.ts';
import { identifyMedium } from '../../../system/medium/probe.ts';
import { systemProbe } from '../../../system/process/probe-port.ts';
import type { CommandIo } from '../../../system/process/process-io.ts';
import { provideTools } from '../../../system/process/provide-tools.ts';
import { missingBases } from '../../../system/disk/work-space.ts';
import { askPasswords } from '../../../install/ask-passwords.ts';
import { withFileSources } from '../../../install/file-sources.ts';
import { assertHasPackages } from '../../../install/source-medium.ts';
import { wholeNumber } from '../../../command-line/values/numbers.ts';
import { hasErrors, loadForMachine, printFindings } from '../../../install/prepare.ts';
import { toolsOfBuilds } from '../../../install/tools.ts';
import { machineHere } from '../../../install/machine-here.ts';
import { openSource, type TrustedSource } from '../../../install/trusted-source.ts';
import { started, type DomuAddOptions } from '../../../host/domus/addition.ts';
import { finishPending, pendingChange } from '../../../host/domus/change/finish.ts';
import { inHand } from '../../../host/domus/change/subject.ts';
import { thisWorld } from '../../../host/domus/change/world.ts';
import { beganBefore, carryOut } from '../../../host/domus/carry-out.ts';
import { HOST_STORE, readHost, type Host } from '../../../host/domus/host.ts';

export async function domuAdd(sources: readonly string[], options: DomuAddOptions, io: CommandIo): Promise<number> {
  if (options.jobs !== undefined) wholeNumber('--jobs')(options.jobs);
  refuseWithoutRoot();
  const port = systemProbe();
  const cut = await pendingChange(thisWorld);
  if (cut !== null && options.dryRun !== true) await inHand(cut.name, thisWorld, () => finishPending(thisWorld));
  const host = await readHost(port);
  // A run that did not come to its end is gone on with from what it began with.
  const before = await beganBefore();
  const keptText = before?.keptText ?? host.profile;
  const source = isByOptions(options)
    ? byOptions(sources, options, keptText, io)
    : await openSource(sources, options, io);
  const read = await givenDomus(source, keptText, options, io);
  if (read === null) return EXIT.profile;
  const { reading, domus } = read;
  const { kept } = reading;
  const added = await newOnes(domus, kept, source, io);
  if (added.length === 0) {
    io.err(`${english('cli.domuAdd.allPresent')}\n`);
    return EXIT.done;
  }
  const profile: EffectiveProfile = { ...kept, domus: [...kept.domus, ...added] };
  const plans =
    before === null
      ? await plansFor(profile, added, host, reading, io)
      : planWith(profile, added, before.facts, reading, io);
  if (plans === null) return EXIT.refused;
  const { plan, whole, facts } = plans;
  const missing = before === null ? await basesToBuild(plan, host) : [];
  const reasons = [
    ...reasonsAgainst({
      added,
      whole,
      plan,
      records: host.records,
      missing,
      now: await probeHostNow(port, poolNow(plan)),
      isResumed: before !== null,
    }),
    ...(await missingInDom0(kept, profile, added, facts)),
  ];
  if (reasons.length > 0) throw unfit(added, reasons);
  if (options.dryRun === true) {
    io.out(dryRunText(plan, added));
    return EXIT.done;
  }
  if (missing.length > 0)
    await provideTools(await toolsOfBuilds(missing), { mayAsk: io.interactive && options.yes !== true, tell: io.err });
  if (!(await confirmed(plan, added, options, io))) return EXIT.interrupted;
  const answers = await askForAdded(profile, added, io);
  return await carryOut({ profile, added, kept, keptText, source, facts, whole, plan }, host, answers, options, io);
}

/** A DomU that is named and described by options is the file that says the same. */
function byOptions(
  sources: readonly string[],
  options: DomuAddOptions,
  keptText: string,
  io: CommandIo,
): TrustedSource {
  const [name = ''] = sources;
  if (sources.length !== 1) throw failure('usage.oneDomu', EXIT.usage);
  const { profile: kept } = loadProfile(keptText, KEPT_PROFILE);
  if (kept === null) throw failure('kept-profile', EXIT.refused, { keptName: KEPT_PROFILE });
  return {
    text: textByOptions(name, options, kept),
    // Whoever goes on with it says the same again.
    source: commandLine([name, ...wordsOf(options)]),
    machine: async () => await machineHere(options, io),
    read: async (place) => await io.readText(place),
  };
}

function wordsOf({ memory, vcpus, disk, release, bridge, copyOf, set }: DomuAddOptions): string[] {
  const one = (option: string, value: string | undefined): string[] => (value === undefined ? [] : [option, value]);
  return [
    ...one('--memory', memory),
    ...one('--vcpus', vcpus),
    ...one('--disk', disk),
    ...one('--release', release),
    ...one('--bridge', bridge),
    ...one('--copy-of', copyOf),
    ...(set ?? []).flatMap((word) => ['--set', word]),
  ];
}

function refuseWithoutRoot(): void {
  if (process.getuid?.() !== 0) throw failure('needs-root.domu', EXIT.refused);
}

/** Bases that are neither kept on this host nor in the medium's copy. */
async function basesToBuild(plan: Plan, { mediumBases }: Host): Promise<Plan['actions'][number][]> {
  return (await missingBases(plan, HOST_STORE.bases)).filter(
    ({ params }) => !mediumBases.some(({ hash }) => 'hash' in params && hash === params.hash),
  );
}

function unfit(added: readonly DomuSettings[], reasons: readonly Reason[]): XenwrightError {
  return failure('domu-unfit', EXIT.refused, { domus: added.map(({ name }) => name).join(', ') }, { lines: reasons });
}

function dryRunText(plan: Plan, added: readonly DomuSettings[]): string {
  const names = started(added).join(' ');
  return `${formats.text(plan, describe)}${formats.sh(plan, describe)}\n# Then the kept profile gets them, and those with autostart are started:\n/usr/lib/xenwright/domus start ${names}\n/usr/lib/xenwright/first-boot ${names}\n`;
}

/** Passwords of the new DomUs. Whoever inherits the host's login is asked for it again: what it was is kept nowhere. */
async function askForAdded(
  profile: EffectiveProfile,
  added: readonly DomuSettings[],
  io: CommandIo,
): Promise<ReadonlyMap<string, string>> {
  const { host } = profile;
  return await askPasswords(
    {
      ...profile,
      domus: added,
      report: { webhook: null },
      host: { ...host, admin: { ...host.admin, password: null } },
    },
    { interactive: io.interactive, askSecret, tell: io.err },
  );
}

/** The DomUs of SOURCE as they are on this host; null when there are errors, which are printed. */
async function givenDomus(
  source: TrustedSource,
  keptText: string,
  options: DomuAddOptions,
  io: CommandIo,
): Promise<{ readonly reading: AddedDomus; readonly domus: readonly DomuSettings[] } | null> {
  const alone = loadProfile(source.text, source.source);
  const loaded: LoadedProfile = isPart(alone) ? alone : await loadForMachine(source, []);
  // A whole profile must be a sound one; of a part only what is read as this host's is looked at.
  if (!isPart(loaded)) {
    printFindings(loaded.findings, io);
    if (hasErrors(loaded.findings)) return null;
  }
  const reading = readAdded(keptText, KEPT_PROFILE, loaded);
  printFindings(
    isPart(loaded) ? reading.findings : reading.findings.filter(({ severity }) => severity === 'error'),
    io,
  );
  if (reading.given === null || hasErrors(reading.findings)) return null;
  const differing = loaded.profile === null ? [] : hostDifferences(reading.kept, loaded.profile);
  if (differing.length > 0)
    io.err(`${english('cli.domuAdd.hostStays', { source: source.source, fields: differing.join(', ') })}\n`);
  refuseClearSecrets({ ...reading.kept, domus: reading.given }, source.source, options.allowClear ?? []);
  return { reading, domus: reading.given };
}

/** Those that the host does not have. Throws `domu-differs` (exit 4) for those that it has otherwise. */
async function newOnes(
  domus: readonly DomuSettings[],
  kept: EffectiveProfile,
  source: TrustedSource,
  io: CommandIo,
): Promise<readonly DomuSettings[]> {
  // Files of the host and of its DomUs are there; only those of SOURCE are read.
  const filled = await withFileSources({ ...kept, host: { ...kept.host, files: [] }, domus }, source.source, {
    ...io,
    readText: source.read,
  });
  const changed = filled.domus.flatMap((domu) => {
    const fields = differences(kept, domu) ?? [];
    return fields.length === 0 ? [] : [`${domu.name}: ${fields.join(', ')}`];
  });
  if (changed.length > 0) throw failure('domu-differs', EXIT.refused, { file: KEPT_PROFILE }, { lastLines: changed });
  return filled.domus.filter((domu) => differences(kept, domu) === null);
}

interface Plans {
  readonly whole: Plan;
  readonly plan: Plan;
  readonly facts: Facts;
}

/** From the medium's copy where that has what is needed, else from the archives that the host's apt asks. */
async function plansFor(
  profile: EffectiveProfile,
  added: readonly DomuSettings[],
  host: Host,
  reading: AddedDomus,
  io: CommandIo,
): Promise<Plans | null> {
  const copy = mediumDevice(reading.kept, host.facts);
  const onCopy = host.facts(copy);
  if (copy !== null && onCopy.medium !== undefined && (await identifyMedium(copy)) !== onCopy.medium.id) {
    io.err(`${english('cli.domuAdd.otherMedium', { device: copy })}\n${english('cli.domuAdd.fromSources')}\n`);
    return planWith(profile, added, host.facts(null), reading, io);
  }
  const plans = planWith(profile, added, onCopy, reading, io);
  if (plans === null || copy === null) return plans;
  try {
    await assertHasPackages(plans.plan, plans.facts, profile);
    return plans;
  } catch (error) {
    if (!(error instanceof XenwrightError)) throw error;
    io.err(`${[error.message, ...error.lastLines, english('cli.domuAdd.fromSources')].join('\n')}\n`);
    return planWith(profile, added, host.facts(null), reading, io);
  }
}

/** Null when the checks refuse it; they have told why. */
function planWith(
  profile: EffectiveProfile,
  added: readonly DomuSettings[],
  facts: Facts,
  reading: AddedDomus,
  io: CommandIo,
): Plans | null {
  const located = reading.locate(findingsToTell(checkProfile(profile, facts), reading.kept.domus.length), added);
  printFindings(located, io);
  if (hasErrors(located)) return null;
  const whole = buildPlan(profile, facts);
  return {
    whole,
    facts,
    plan: planOfAdded(
      whole,
      added.map(({ name }) => name),
    ),
  };
}

/**
 * Some kinds of DomU need more in Dom0 than others: an HVM one its device model, one that pygrub starts the user of
 * that.
 */
async function missingInDom0(
  kept: EffectiveProfile,
  profile: EffectiveProfile,
  added: readonly DomuSettings[],
  facts: Facts,
): Promise<Reason[]> {
  const { model } = buildModel(profile, facts);
  const before = new Set(dom0Packages(buildModel(kept, facts).model));
  const wanted = dom0Packages(model).filter((name) => !before.has(name));
  const port = systemProbe();
  const there = await Promise.all(
    wanted.map(
      async (name) => (await port.run(['dpkg-query', '-W', '-f', '${db:Status-Status}', name])) === 'installed',
    ),
  );
  const missing = wanted.filter((_, index) => there[index] !== true);
  return [
    ...pygrubReasons(
      model.domus.filter(({ settings }) => added.some(({ name }) => name === settings.name)),
      await port.read('/etc/passwd'),
    ),
    ...(missing.length === 0 ? [] : [reason('packages', { packages: missing.join(' ') })]),
  ];
}

async function confirmed(
  plan: Plan,
  added: readonly DomuSettings[],
  options: DomuAddOptions,
  io: CommandIo,
): Promise<boolean> {
  if (options.yes === true || !io.interactive) return true;
  io.out(formats.text(plan, describe));
  const domus = added.map(({ name }) => name).join(', ');
  if (/^y(es)?$/i.test((await ask(english('cli.domuAdd.question', { domus })))?.trim() ?? '')) return true;
  io.err(`${english('cli.nothingChanged')}\n`);
  return false;
}
