/**
 * Runs a plan: whatever its graph and the budgets allow, Dom0 first. Every started action gets its finished, failures stay in
 * their domain, and what is finished is in the journal before anybody hears of it.
 */
import { EXIT, XenwrightError } from '../errors.ts';
import type { Executor } from '../actions/kind.ts';
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import { Emitter, type Consumer } from './emitter.ts';
import type { DomainResult, EventError } from './events.ts';
import { isSoftNeed, validOrder } from './graph.ts';
import { Journal, readJournal, type JournalStore } from './journal.ts';
import { Resources, type Budgets } from './resources.ts';

export interface RunOptions {
  readonly plan: Plan;
  readonly executors: { readonly builder: Executor; readonly target: Executor };
  readonly journal: JournalStore;
  readonly consumers: readonly Consumer[];
  readonly signal: AbortSignal;
  readonly budgets: Budgets;
  /** Go on with what the journal has. Without it, a journal of an unfinished run is refused. */
  readonly resume: boolean;
  /** Only this domain's actions and what they need. */
  readonly only?: string;
  readonly timeScale: number;
  readonly newRunId: () => string;
}
export interface RunOutcome { readonly exit: number; readonly result: 'done' | 'failed' | 'interrupted' | 'unchanged'; readonly domains: Readonly<Record<string, DomainResult>> }

type State = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

/** Runs the plan to its end. Throws only for a journal that does not fit (`other-plan`, `unfinished-run`) or a broken plan. */
export async function runPlan(options: RunOptions): Promise<RunOutcome> {
  const { plan } = options;
  const earlier = await readJournal(options.journal);
  const domainNames = [...new Set(plan.actions.map((action) => action.domain))];
  if (earlier !== null && earlier.planHash !== plan.hash) throw otherPlan(earlier.planHash, plan.hash, earlier.complete);
  if (earlier?.complete === true) return { exit: EXIT.done, result: 'unchanged', domains: Object.fromEntries(domainNames.map((name) => [name, 'done' as const])) };
  if (earlier !== null && !options.resume) throw new XenwrightError({ code: 'unfinished-run', exit: EXIT.action, message: 'an earlier run on this target was not finished', hint: 'go on with --resume, or remove the target and its state to start anew' });

  const journal = new Journal(options.journal);
  const run = earlier?.run ?? options.newRunId();
  const emitter = new Emitter(run, earlier?.lastSeq ?? 0, options.consumers);
  if (earlier === null) await journal.begin(run, plan.hash);
  return await new PlanRun(options, journal, emitter, earlier?.finished ?? new Set(), earlier?.open ?? []).run();
}

class PlanRun {
  readonly #options: RunOptions;
  readonly #journal: Journal;
  readonly #emitter: Emitter;
  readonly #order: readonly Action[];
  readonly #byId: ReadonlyMap<string, Action>;
  readonly #state = new Map<string, State>();
  readonly #resources: Resources;
  readonly #facts = new Map<string, { addresses: Set<string>; keys: Set<string> }>();
  readonly #reported = new Set<string>();
  readonly #interrupted: readonly string[];
  readonly #resumed: boolean;
  readonly #begun = performance.now();
  #running = 0;
  #wake: () => void = () => undefined;

  constructor(options: RunOptions, journal: Journal, emitter: Emitter, finished: ReadonlySet<string>, interrupted: readonly string[]) {
    this.#options = options;
    this.#journal = journal;
    this.#emitter = emitter;
    this.#order = prioritised(selected(validOrder(options.plan.actions), options.only));
    this.#byId = new Map(this.#order.map((action) => [action.id, action]));
    this.#resources = new Resources(options.budgets);
    this.#interrupted = interrupted;
    this.#resumed = emitter.seq > 0;
    for (const action of this.#order) this.#state.set(action.id, finished.has(action.id) ? 'done' : 'waiting');
  }

  async run(): Promise<RunOutcome> {
    for (const id of this.#interrupted) {
      const event = this.#emitter.emit({ type: 'action.finished', id, result: 'failed', seconds: 0, error: { code: 'interrupted', message: 'the run was interrupted while this was under way; it is done again now' } });
      await this.#journal.failed(id, event.seq);
    }
    const { plan } = this.#options;
    this.#emitter.emit({ type: 'run.started', planHash: plan.hash, hostname: plan.hostname, resumed: this.#resumed, actions: this.#order.map(({ id, kind, domain, title, weight, needs }) => ({ id, kind, domain, title, weight, needs })) });
    const onAbort = (): void => this.#wake();
    this.#options.signal.addEventListener('abort', onAbort);
    for (;;) {
      if (!this.#options.signal.aborted) this.#startWhatCan();
      if (this.#running === 0) break;
      await new Promise<void>((resolve) => { this.#wake = resolve; });
    }
    this.#options.signal.removeEventListener('abort', onAbort);
    return await this.#finish();
  }

  /** Starts ready actions; those that can never run any more are skipped. */
  #startWhatCan(): void {
    let changed = true;
    while (changed) {
      changed = false;
      for (const action of this.#order) {
        if (this.#state.get(action.id) !== 'waiting') continue;
        const verdict = this.#verdict(action);
        if (verdict === 'skip') {
          this.#state.set(action.id, 'skipped');
          this.#domainMaybeDone(action.domain);
          changed = true;
        } else if (verdict === 'ready' && this.#resources.tryTake(action)) {
          this.#state.set(action.id, 'running');
          this.#running += 1;
          void this.#runOne(action);
        }
      }
    }
  }

  #verdict(action: Action): 'ready' | 'wait' | 'skip' {
    let ready = true;
    for (const id of action.needs) {
      const need = this.#byId.get(id);
      if (need === undefined) continue;
      const state = this.#state.get(id);
      if (state === 'done') continue;
      if (state === 'failed' || state === 'skipped') {
        if (isSoftNeed(action, need)) continue;
        return 'skip';
      }
      ready = false;
    }
    return ready ? 'ready' : 'wait';
  }

  async #runOne(action: Action): Promise<void> {
    const began = performance.now();
    const watchdog = new AbortController();
    const limitMs = action.timeoutMs * this.#options.timeScale;
    const timer = setTimeout(() => watchdog.abort(), limitMs);
    let error: EventError | undefined;
    try {
      const started = this.#emitter.emit({ type: 'action.started', id: action.id });
      await this.#journal.started(action.id, started.seq);
      await this.#options.executors[action.place].run(action, {
        output: (stream, text) => { this.#emitter.emit({ type: 'action.output', id: action.id, stream, text }); },
        progress: (done, total, unit) => { this.#emitter.emit({ type: 'action.progress', id: action.id, done, total, unit }); },
        report: (fact) => this.#remember(action.domain, fact),
      }, AbortSignal.any([this.#options.signal, watchdog.signal]));
    } catch (thrown) {
      error = watchdog.signal.aborted && !this.#options.signal.aborted
        ? { code: 'watchdog', message: `no end after ${Math.round(limitMs / 1000)} s`, hint: 'the machine or a disk may be stuck; the log has the output so far; go on with --resume' }
        : eventError(thrown);
    }
    clearTimeout(timer);
    try {
      // In the journal first: who hears of "finished" can rely on it after a power cut.
      if (error === undefined) await this.#journal.finished(action.id, this.#emitter.seq + 1);
      else await this.#journal.failed(action.id, this.#emitter.seq + 1);
    } catch (thrown) {
      error = { ...eventError(thrown), code: 'journal-failed' };
    }
    this.#emitter.emit({ type: 'action.finished', id: action.id, result: error === undefined ? 'done' : 'failed', seconds: seconds(began), ...(error === undefined ? {} : { error }) });
    this.#state.set(action.id, error === undefined ? 'done' : 'failed');
    this.#resources.release(action);
    this.#running -= 1;
    this.#domainMaybeDone(action.domain);
    this.#wake();
  }

  #remember(domain: string, fact: { sshHostKey?: string; address?: string }): void {
    const facts = this.#facts.get(domain) ?? { addresses: new Set<string>(), keys: new Set<string>() };
    this.#facts.set(domain, facts);
    if (fact.address !== undefined) facts.addresses.add(fact.address);
    if (fact.sshHostKey !== undefined) facts.keys.add(fact.sshHostKey);
  }

  #domainMaybeDone(domain: string, ending = false): void {
    const states = this.#order.filter((action) => action.domain === domain).map((action) => this.#state.get(action.id));
    if (this.#reported.has(domain)) return;
    if (!ending && states.some((state) => state === 'waiting' || state === 'running')) return;
    this.#reported.add(domain);
    const facts = this.#facts.get(domain);
    this.#emitter.emit({ type: 'domain.finished', domain, result: domainResult(states), addresses: [...(facts?.addresses ?? [])], sshHostKeys: [...(facts?.keys ?? [])] });
  }

  async #finish(): Promise<RunOutcome> {
    const names = [...new Set(this.#order.map((action) => action.domain))];
    for (const name of names) this.#domainMaybeDone(name, true);
    const domains = Object.fromEntries(names.map((name) => [name, domainResult(this.#order.filter((action) => action.domain === name).map((action) => this.#state.get(action.id)))]));
    const everythingDone = [...this.#state.values()].every((state) => state === 'done');
    const result = everythingDone ? 'done' : this.#options.signal.aborted ? 'interrupted' : 'failed';
    const exit = { done: EXIT.done, failed: EXIT.action, interrupted: EXIT.interrupted }[result];
    if (everythingDone && this.#options.only === undefined) await this.#journal.complete(this.#emitter.seq + 1);
    this.#emitter.emit({ type: 'run.finished', result, exit, seconds: seconds(this.#begun), domains });
    return { exit, result, domains };
  }
}

/** Host and Dom0 first: the rest of the order stays. */
function prioritised(order: readonly Action[]): Action[] {
  const rank = (action: Action): number => (action.domain === 'host' ? 0 : action.domain === 'dom0' ? 1 : 2);
  return [...order].sort((a, b) => rank(a) - rank(b));
}

/** The actions of one domain and all they need, or all. */
function selected(order: readonly Action[], only: string | undefined): readonly Action[] {
  if (only === undefined) return order;
  const wanted = new Set(order.filter((action) => action.domain === only).map((action) => action.id));
  for (const action of [...order].reverse()) if (wanted.has(action.id)) for (const need of action.needs) wanted.add(need);
  return order.filter((action) => wanted.has(action.id));
}

function domainResult(states: readonly (State | undefined)[]): DomainResult {
  if (states.every((state) => state === 'done')) return 'done';
  return states.includes('failed') ? 'failed' : 'skipped';
}

function eventError(thrown: unknown): EventError {
  if (thrown instanceof XenwrightError) {
    return { code: thrown.code, message: thrown.message, ...(thrown.command === undefined ? {} : { command: thrown.command }), ...(thrown.lastLines.length === 0 ? {} : { lastLines: thrown.lastLines }), ...(thrown.hint === undefined ? {} : { hint: thrown.hint }) };
  }
  return { code: 'internal-fault', message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown), hint: 'this is a fault of Xenwright itself; please report it with the log' };
}

function otherPlan(before: string, now: string, complete: boolean): XenwrightError {
  return complete
    ? new XenwrightError({ code: 'already-installed', exit: EXIT.refused, message: `this target carries a finished install (plan ${before.slice(0, 12)}); the profile now gives plan ${now.slice(0, 12)}`, hint: 'a finished host is never reinstalled by accident: remove the image and its state first if you mean it' })
    : new XenwrightError({ code: 'other-plan', exit: EXIT.refused, message: `the run to resume has the plan ${before.slice(0, 12)}; the profile now gives plan ${now.slice(0, 12)}`, hint: 'resume with the same profile and options, or remove the target and its state to start anew' });
}

const seconds = (since: number): number => Math.round(performance.now() - since) / 1000;
