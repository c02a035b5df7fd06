/**
 * The run of `domu add`: the engine over the new DomUs' plan, with a state of its own on the host; and an unfinished
 * one before it.
 */
import { randomUUID } from 'node:crypto';
import { handlers } from '../../actions/table.ts';
import { readJournal } from '../../engine/journal.ts';
import { runPlan } from '../../engine/run.ts';
import { EXIT, failure } from '../../errors.ts';
import type { Facts } from '../../facts/facts.ts';
import { logConsumer } from '../../report/log-file.ts';
import { ndjsonConsumer } from '../../report/ndjson.ts';
import { plainConsumer } from '../../report/plain.ts';
import { Summary } from '../../report/summary.ts';
import { localFiles } from '../../system/files/files.ts';
import { readOwn, writeOwn } from '../../system/files/own-files.ts';
import { budgets, localMachine, type Target } from '../../system/run/install-targets.ts';
import { acquireLock } from '../../system/files/lock.ts';
import { ignoreHangup } from '../../system/process/ignore-hangup.ts';
import { openOutput, type Output } from '../../system/process/output.ts';
import type { CommandIo } from '../../system/process/process-io.ts';
import { profileSecrets, type Secrets } from '../../system/trust/secrets.ts';
import { earlierFacts, journalLines, openState, type RunState } from '../../system/run/state.ts';
import { setAside } from '../../system/disk/target-copy.ts';
import { loginsOf } from '../../profile/ways-in.ts';
import type { Addition, DomuAddOptions } from './addition.ts';
import { HOST_STORE, type Host } from './host.ts';
import { activate } from './activate.ts';

const STATE = '/var/lib/xenwright/domu-add';
/** The kept profile as it was when the run began: with it a resumed run has the same plan. */
const KEPT_COPY = `${STATE}/profile.yaml`;
const LOCK = '/run/xenwright/domus.lock';

/** What an unfinished run began with; null: there is none. */
export async function beganBefore(): Promise<{ readonly facts: Facts; readonly keptText: string } | null> {
  const facts = await earlierFacts(STATE);
  // The copy goes last: a run that is complete may still have to make its DomUs part of the host.
  const keptText = facts === null ? null : await readOwn(KEPT_COPY);
  return facts === null || keptText === null ? null : { facts, keptText: keptText.toString('utf8') };
}

/** What is carried out, and with what. */
interface AddRun {
  readonly addition: Addition;
  readonly options: DomuAddOptions;
  readonly secrets: Secrets;
  readonly machine: Target;
  readonly output: Output;
  readonly signal: AbortSignal;
}

/** Resolves with the exit code: that of the engine, or `EXIT.action` where a new DomU does not come up. */
export async function carryOut(
  addition: Addition,
  host: Host,
  answers: ReadonlyMap<string, string>,
  options: DomuAddOptions,
  io: CommandIo,
): Promise<number> {
  const { profile, source, keptText } = addition;
  const lock = await acquireLock(LOCK, { key: 'cli.places.domus' });
  const secrets = profileSecrets(profile, keptText, source.source, answers, source.read);
  const machine = await localMachine(secrets, handlers, true, HOST_STORE).catch(async (error: unknown) => {
    await lock.release();
    throw error;
  });
  const letGo = ignoreHangup();
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, stop);
  let state: RunState | null = null;
  const output = openOutput(1);
  try {
    const before = await beganBefore();
    if (before === null) await setAside(STATE);
    refuseOther(
      await readJournal({ lines: () => journalLines(STATE), append: async () => undefined }),
      addition.plan.hash,
      options,
    );
    state = await openState(STATE);
    if (before === null) {
      await writeOwn(KEPT_COPY, keptText);
      await state.writeFacts(addition.facts);
    }
    await state.writePlan(addition.plan);
    await seeMedium(host);
    return await runEngine({ addition, options, secrets, machine, output, signal: abort.signal }, state, io);
  } finally {
    await Promise.allSettled([machine.close(), state?.close(), lock.release(), output.close()]);
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.off(name, stop);
    if (process.stdout.isTTY !== true) letGo();
  }
}

/** Runs the plan, says what has come of it, and makes the DomUs that are done part of the host. */
async function runEngine(
  { addition, options, secrets, machine, output, signal }: AddRun,
  { journal, writeEvent, writeLog, earlier, logPath }: RunState,
  io: CommandIo,
): Promise<number> {
  const { plan, profile, added, source } = addition;
  const summary = new Summary();
  const outcome = await runPlan({
    plan,
    executors: { builder: machine.executor, target: machine.executor },
    journal,
    signal,
    budgets: budgets(options.jobs),
    earlier,
    resume: options.resume === true,
    timeScale: 1,
    newRunId: randomUUID,
    consumers: [
      writeEvent,
      logConsumer(writeLog),
      (event) => summary.follow(event),
      options.ui === 'json' ? ndjsonConsumer(output.write) : plainConsumer(output.write),
    ],
  });
  await machine.close();
  const done = added.filter(({ name }) => outcome.domains[name] === 'done');
  if (options.ui !== 'json')
    output.write(
      summary.text({
        logins: loginsOf(profile),
        logPath,
        resumeCommand: `xenwright domu add ${source.source} --resume`,
      }),
    );
  const areUp = await activate({ ...addition, added: done }, secrets, (text) => io.err(text));
  // The copy has served: what it says of passwords is in the profile alone again.
  if (outcome.exit === EXIT.done) await localFiles.remove(KEPT_COPY);
  return outcome.exit === EXIT.done && !areUp ? EXIT.action : outcome.exit;
}

function refuseOther(journal: Awaited<ReturnType<typeof readJournal>>, hash: string, { resume }: DomuAddOptions): void {
  if (journal === null || (journal.complete && journal.planHash === hash)) return;
  const giveUp = { key: 'errors.unfinished-run.giveUp', values: { state: STATE } } as const;
  if (journal.planHash !== hash) throw failure('other-plan.domuAdd', EXIT.refused, { giveUp });
  if (resume !== true) throw failure('unfinished-run.domuAdd', EXIT.action, { giveUp });
}

/** Bases of the medium's copy, seen from the store. */
async function seeMedium({ mediumBases }: Host): Promise<void> {
  await localFiles.makeDirectory(HOST_STORE.bases, '0755');
  for (const { hash, folder } of mediumBases) await localFiles.makeLink(`${HOST_STORE.bases}/${hash}`, folder);
}
