/**
 * Runs a plan: whatever its graph and the budgets allow, Dom0 first. Every started action gets its finished, failures
 * stay in their domain (see `isSoftNeed`), and what is finished is in the journal before anybody hears of it.
 */
import type { Message } from '../i18n/phrase.ts';
import { EXIT } from '../errors.ts';
import type { Executor } from '../actions/kind.ts';
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import { runWithin } from './deadline.ts';
import { DomainReport, type State } from './domain-report.ts';
import { Emitter, type Consumer } from './emitter.ts';
import type { DomainResult } from './events.ts';
import { journalError, killedError, otherPlan, skippedError, unfinishedRun } from './failures.ts';
import { isSoftNeed, validOrder } from './graph.ts';
import { Journal, readJournal, type JournalState, type JournalStore, type ReportedFact } from './journal.ts';
import { Resources, type Budgets } from './resources.ts';
import { prioritised, selected } from './selection.ts';

export interface RunOptions {
  readonly plan: Plan;
  readonly executors: { readonly builder: Executor; readonly target: Executor };
  readonly journal: JournalStore;
  /** What the events file of earlier parts of this run says: the numbers go on, and what misses its finished gets it. */
  readonly earlier?: { readonly lastSeq: number; readonly open: readonly string[] };
  readonly consumers: readonly Consumer[];
  /** Hears of consumers that threw and so were dropped. */
  readonly onDropped?: (error: unknown) => void;
  readonly signal: AbortSignal;
  readonly budgets: Budgets;
  /** Go on with what the journal has. Without it, a journal of an unfinished run is refused. */
  readonly resume: boolean;
  /** The command by which a person gives up an earlier run on this target, for hints. */
  readonly startAgain?: Message;
  /** Only this domain's actions and what they need. */
  readonly only?: string;
  readonly timeScale: number;
  /** How long an aborted action may take to end before it is given up; default 30 s. */
  readonly graceMs?: number;
  readonly newRunId: () => string;
}
export interface RunOutcome {
  readonly exit: number;
  readonly result: 'done' | 'failed' | 'interrupted' | 'unchanged';
  readonly domains: Readonly<Record<string, DomainResult>>;
}

const GRACE_MS = 30_000;

/**
 * Runs the plan to its end. Throws only for a journal that does not fit (`already-installed`, `other-plan`,
 * `unfinished-run`), an unknown `only`, or a broken plan. `unchanged`: an earlier run has done all of it; nothing is
 * emitted.
 */
export async function runPlan(options: RunOptions): Promise<RunOutcome> {
  const { plan, startAgain = { key: 'errors.other-plan.startAgain' } } = options;
  const earlier = await readJournal(options.journal);
  if (earlier !== null && earlier.planHash !== plan.hash)
    throw otherPlan(earlier.planHash, plan.hash, earlier.complete, startAgain);
  if (earlier?.complete === true)
    return {
      exit: EXIT.done,
      result: 'unchanged',
      domains: Object.fromEntries(plan.actions.map((action) => [action.domain, 'done' as const])),
    };
  if (earlier !== null && !options.resume) throw unfinishedRun(startAgain);

  const actions = prioritised(selected(validOrder(plan.actions), options.only));
  const journal = new Journal(options.journal);
  const run = earlier?.run ?? options.newRunId();
  const emitter = new Emitter(
    run,
    earlier === null ? 0 : Math.max(earlier.lastSeq, options.earlier?.lastSeq ?? 0),
    options.consumers,
    options.onDropped,
  );
  if (earlier === null) await journal.begin(run, plan.hash);
  return await new PlanRun(options, actions, journal, emitter, earlier).run();
}

class PlanRun {
  readonly #options: RunOptions;
  readonly #journal: Journal;
  readonly #emitter: Emitter;
  readonly #earlier: JournalState | null;
  readonly #order: readonly Action[];
  readonly #byId: ReadonlyMap<string, Action>;
  readonly #state = new Map<string, State>();
  readonly #resources: Resources;
  readonly #domains: DomainReport;
  readonly #reported = new Set<string>();
  readonly #begun = performance.now();
  #waiting: Action[];
  #running = 0;
  #wake: () => void = () => undefined;

  constructor(
    options: RunOptions,
    actions: readonly Action[],
    journal: Journal,
    emitter: Emitter,
    earlier: JournalState | null,
  ) {
    this.#options = options;
    this.#journal = journal;
    this.#emitter = emitter;
    this.#earlier = earlier;
    this.#order = actions;
    this.#byId = new Map(actions.map((action) => [action.id, action]));
    this.#resources = new Resources(options.budgets);
    for (const action of actions) this.#state.set(action.id, isDoneBefore(action, earlier) ? 'done' : 'waiting');
    this.#waiting = actions.filter((action) => this.#state.get(action.id) === 'waiting');
    this.#domains = new DomainReport(actions, (id) => this.#state.get(id));
    for (const { id, fact } of earlier?.facts ?? []) this.#domains.remember(this.#byId.get(id)?.domain ?? '', fact);
  }

  async run(): Promise<RunOutcome> {
    await this.#closeWhatAKillLeftOpen();
    const { plan, signal } = this.#options;
    const finished = this.#order.filter((action) => this.#state.get(action.id) === 'done').map((action) => action.id);
    this.#emitter.emit({
      type: 'run.started',
      planHash: plan.hash,
      hostname: plan.hostname,
      resumed: this.#earlier !== null,
      ...(finished.length === 0 ? {} : { finished }),
      actions: this.#order.map(({ id, kind, domain, title, said, weight, needs, place }) => ({
        id,
        kind,
        domain,
        title,
        ...(said === undefined ? {} : { said }),
        weight,
        needs,
        place,
      })),
    });
    const onAbort = (): void => this.#wake();
    signal.addEventListener('abort', onAbort);
    for (;;) {
      if (!signal.aborted) this.#startWhatCan();
      if (this.#running === 0) break;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    signal.removeEventListener('abort', onAbort);
    return await this.#finish();
  }

  /** Every started has its finished: the first events of a resumed run are those that a kill cut off. */
  async #closeWhatAKillLeftOpen(): Promise<void> {
    const cutOff = new Set([
      ...(this.#earlier?.open ?? []),
      ...(this.#earlier === null ? [] : (this.#options.earlier?.open ?? [])),
    ]);
    for (const id of cutOff) {
      // Killed between the journal's line and the event: it is done, only nobody was told.
      const isDone = this.#earlier?.finished.has(id) === true;
      const event = this.#emitter.emit({
        type: 'action.finished',
        id,
        result: isDone ? 'done' : 'failed',
        seconds: 0,
        ...(isDone ? {} : { error: killedError }),
      });
      if (!isDone) await this.#journal.failed(id, event.seq);
    }
  }

  /** Starts what is ready and fits; what can never run any more is skipped. */
  #startWhatCan(): void {
    let ready: Action[] = [];
    for (let skippedSome = true; skippedSome;) {
      skippedSome = false;
      ready = [];
      for (const action of this.#waiting) {
        const verdict = this.#verdict(action);
        if (verdict === 'ready') ready.push(action);
        if (verdict === 'ready' || verdict === 'wait') continue;
        this.#state.set(action.id, 'skipped');
        this.#emitter.emit({
          type: 'action.finished',
          id: action.id,
          result: 'skipped',
          seconds: 0,
          error: skippedError(verdict.missing),
        });
        this.#domainMaybeOver(action.domain);
        skippedSome = true;
      }
      this.#waiting = this.#waiting.filter((action) => this.#state.get(action.id) === 'waiting');
    }
    for (const action of this.#resources.takeInOrder(ready)) {
      this.#state.set(action.id, 'running');
      this.#running += 1;
      void this.#runOne(action);
    }
    this.#waiting = this.#waiting.filter((action) => this.#state.get(action.id) === 'waiting');
  }

  #verdict(action: Action): 'ready' | 'wait' | { readonly missing: string } {
    let ready = true;
    for (const id of action.needs) {
      const need = this.#byId.get(id);
      const state = this.#state.get(id);
      if (need === undefined || state === 'done') continue;
      if (state !== 'failed' && state !== 'skipped') ready = false;
      else if (!isSoftNeed(action, need)) return { missing: id };
    }
    return ready ? 'ready' : 'wait';
  }

  async #runOne(action: Action): Promise<void> {
    const { id } = action;
    const began = performance.now();
    const facts: ReportedFact[] = [];
    let over = false;
    let error;
    try {
      const started = this.#emitter.emit({ type: 'action.started', id });
      await this.#journal.started(id, started.seq);
      error = await runWithin(
        this.#options.executors[action.place],
        action,
        {
          // An action that was given up may still talk: nobody listens any more.
          output: (stream, text) => {
            if (!over) this.#emitter.emit({ type: 'action.output', id, stream, text });
          },
          progress: (done, total, unit) => {
            if (!over) this.#emitter.emit({ type: 'action.progress', id, done, total, unit });
          },
          report: (fact) => {
            if (!over) facts.push(fact);
          },
        },
        this.#options.signal,
        action.timeoutMs * this.#options.timeScale,
        this.#options.graceMs ?? GRACE_MS,
      );
      over = true;
      // In the journal first: who hears of "finished" can rely on it after a power cut.
      if (error === undefined) await this.#journal.finished(id, this.#emitter.seq, facts);
      else await this.#journal.failed(id, this.#emitter.seq);
    } catch (thrown) {
      over = true;
      // Why the action itself failed says more than that nobody could write it down.
      error ??= journalError(thrown);
    }
    if (error === undefined) for (const fact of facts) this.#domains.remember(action.domain, fact);
    this.#state.set(id, error === undefined ? 'done' : 'failed');
    this.#emitter.emit({
      type: 'action.finished',
      id,
      result: error === undefined ? 'done' : 'failed',
      seconds: seconds(began),
      ...(error === undefined ? {} : { error }),
    });
    this.#resources.release(action);
    this.#running -= 1;
    this.#domainMaybeOver(action.domain);
    this.#wake();
  }

  #domainMaybeOver(domain: string, ending = false): void {
    if (this.#reported.has(domain) || (!ending && !this.#domains.isOver(domain))) return;
    this.#reported.add(domain);
    this.#emitter.emit({
      type: 'domain.finished',
      domain,
      result: this.#domains.result(domain),
      ...this.#domains.facts(domain),
    });
  }

  async #finish(): Promise<RunOutcome> {
    for (const name of this.#domains.names) this.#domainMaybeOver(name, true);
    const domains = Object.fromEntries(this.#domains.names.map((name) => [name, this.#domains.result(name)]));
    const everythingDone = Object.values(domains).every((result) => result === 'done');
    const result = everythingDone ? 'done' : this.#options.signal.aborted ? 'interrupted' : 'failed';
    const exit = { done: EXIT.done, failed: EXIT.action, interrupted: EXIT.interrupted }[result];
    if (everythingDone && this.#options.only === undefined) await this.#journal.complete(this.#emitter.seq);
    this.#emitter.emit({ type: 'run.finished', result, exit, seconds: seconds(this.#begun), domains });
    return { exit, result, domains };
  }
}

const seconds = (since: number): number => Math.round(performance.now() - since) / 1000;

/** What leaves nothing on the target is done in every run. */
function isDoneBefore({ id, everyRun }: Action, earlier: JournalState | null): boolean {
  return everyRun !== true && earlier?.finished.has(id) === true;
}
