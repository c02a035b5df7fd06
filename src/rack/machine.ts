/** What the reports of one run say of its machine, for whoever watches a rack. Pure. */
import { english } from '../i18n/english.ts';
import type { RunEvent } from '../engine/events.ts';
import { Estimate } from '../report/estimate.ts';
import type { HostReport, ReportedEvent } from '../report/host-report.ts';
import { INTERRUPTED, resultText } from '../report/plain.ts';

/** `installed`: the run has ended well, and the host has not reported yet. `up` and `failed` are the last word. */
export type MachineState = 'running' | 'installed' | 'up' | 'failed' | 'interrupted';
export interface DomainView {
  readonly name: string;
  readonly state: string;
  readonly why: string | null;
  readonly addresses: readonly string[];
  readonly sshHostKeys: readonly string[];
}
export interface FailureView {
  readonly domain: string;
  readonly title: string;
  readonly message: string;
  readonly code: string;
  readonly hint: string | null;
}
export interface MachineView {
  readonly run: string;
  readonly hostname: string;
  readonly state: MachineState;
  /** What is being done, or how it ended. */
  readonly phase: string;
  readonly percent: number;
  readonly secondsLeft: number | null;
  /** RFC 3339: when it was heard last, by this machine's clock; '' before. */
  readonly lastTime: string;
  readonly failure: FailureView | null;
  readonly domains: readonly DomainView[];
}

/** More actions or needs are no plan of ours, and would only cost whoever looks time. */
const MOST_ACTIONS = 5_000;
const MOST_NEEDS = 50_000;
/** A report of an earlier start does not come later than this after the one of a later start. */
const LATE_MS = 10 * 60_000;

/**
 * Follows the events of one run and of the host it made. `heldBytes`, `shownBytes`: about what is remembered for it,
 * and what of that is in its view.
 */
export class Machine {
  readonly #run: string;
  readonly #estimate = new Estimate();
  readonly #running = new Set<string>();
  /** What was last told of an action that is under way. */
  readonly #notices = new Map<string, string>();
  readonly #domains = new Map<string, DomainView>();
  #hostname = '?';
  #heardMs = Number.NEGATIVE_INFINITY;
  #state: MachineState = 'running';
  #end = '';
  #failure: FailureView | null = null;
  #report: { readonly boot: number; readonly timeMs: number; readonly heardMs: number } | null = null;
  readonly #held = new Map<string, number>();
  #heldBytes = 0;
  #shownBytes = 0;

  constructor(run: string) {
    this.#run = run;
  }

  /** `sizeBytes`: of its line; `heardMs`: when it came, which the sender cannot claim to be another time. */
  follow(event: ReportedEvent, sizeBytes = 0, heardMs = Date.parse(event.time)): void {
    this.#heardMs = Math.max(this.#heardMs, heardMs);
    if (event.type === 'host.report') this.#hear(event, sizeBytes, heardMs);
    else this.#followRun(event, sizeBytes);
  }

  get heardMs(): number {
    return this.#heardMs;
  }
  get heldBytes(): number {
    return this.#heldBytes;
  }
  get shownBytes(): number {
    return this.#shownBytes;
  }

  /** `of`: what it is kept for; what was kept for the same is forgotten. */
  #hold(of: string, sizeBytes: number): void {
    const change = sizeBytes - (this.#held.get(of) ?? 0);
    this.#heldBytes += change;
    if (!/^(plan|running) /.test(`${of} `)) this.#shownBytes += change;
    if (sizeBytes === 0) this.#held.delete(of);
    else this.#held.set(of, sizeBytes);
  }

  get view(): MachineView {
    // Whoever watches a rack wants to see first what is waited for.
    const first = [...this.#notices.keys()].at(-1) ?? [...this.#running][0];
    const notice = this.#notices.get(first ?? '');
    const doing =
      first === undefined
        ? english('run.waiting')
        : withMore(
            `${this.#estimate.titleOf(first)}${notice === undefined ? '' : `: ${notice}`}`,
            this.#running.size - 1,
          );
    const isRunning = this.#state === 'running';
    return {
      run: this.#run,
      hostname: this.#hostname,
      state: this.#state,
      phase: isRunning ? doing : this.#end,
      percent: this.#state === 'installed' || this.#state === 'up' ? 100 : this.#estimate.percent,
      secondsLeft: isRunning ? this.#estimate.secondsLeft : null,
      lastTime: Number.isFinite(this.#heardMs) ? new Date(this.#heardMs).toISOString() : '',
      failure: this.#failure,
      domains: [...this.#domains.values()],
    };
  }

  #followRun(event: RunEvent, sizeBytes: number): void {
    // What failed, or was not begun for it, is no work done: here the bar must not fill up.
    if (event.type !== 'action.finished' || event.result === 'done') this.#estimate.follow(bounded(event));
    switch (event.type) {
      case 'run.started':
        [this.#hostname, this.#state, this.#failure] = [event.hostname, 'running', null];
        for (const of of [...this.#held.keys()]) if (!of.startsWith('domain ')) this.#hold(of, 0);
        this.#hold('plan', sizeBytes);
        this.#running.clear();
        this.#notices.clear();
        break;
      case 'action.started':
        // Whoever works has not ended, whatever was said before.
        if (this.#state === 'installed' || (this.#report === null && this.#state !== 'running'))
          [this.#state, this.#end] = ['running', ''];
        this.#running.add(event.id);
        this.#hold(`running ${event.id}`, sizeBytes);
        break;
      case 'action.finished':
        this.#finish(event, sizeBytes);
        break;
      case 'domain.finished':
        this.#show(
          {
            name: event.domain,
            state: event.result,
            why: null,
            addresses: event.addresses,
            sshHostKeys: event.sshHostKeys.map((key) => key.replace(/^\d+ (\S+) .*\((\S+)\)$/, '$1 ($2)')),
          },
          sizeBytes,
        );
        break;
      case 'run.finished':
        this.#state = event.result === 'done' ? 'installed' : event.result;
        this.#end =
          event.result === 'done'
            ? english('rackPage.notReported')
            : english('rackPage.ended', { result: resultText(event.result), exit: event.exit });
        break;
      case 'action.output':
        if (event.stream !== 'notice' || !this.#running.has(event.id)) break;
        this.#notices.set(event.id, event.text);
        this.#hold(`notice ${event.id}`, sizeBytes);
        break;
      case 'action.progress':
        break;
    }
  }

  #finish(event: RunEvent & { type: 'action.finished' }, sizeBytes: number): void {
    this.#running.delete(event.id);
    this.#notices.delete(event.id);
    this.#hold(`running ${event.id}`, 0);
    this.#hold(`notice ${event.id}`, 0);
    if (event.result !== 'failed' || event.error === undefined || event.error.code === INTERRUPTED) return;
    this.#hold('failure', sizeBytes);
    this.#failure = {
      domain: this.#estimate.domainOf(event.id),
      title: this.#estimate.titleOf(event.id),
      message: event.error.message,
      code: event.error.code,
      hint: event.error.hint ?? null,
    };
  }

  #show(domain: DomainView, sizeBytes: number): void {
    this.#domains.set(domain.name, domain);
    this.#hold(`domain ${domain.name}`, sizeBytes);
  }

  /**
   * A late report of an earlier start changes nothing. Late is what was also made before the other was heard: a start
   * that never was, or a time that is far ahead, must not silence those that come.
   */
  #hear(report: HostReport, sizeBytes: number, heardMs: number): void {
    const timeMs = Date.parse(report.time);
    const known = this.#report;
    const isLate =
      known !== null &&
      known.boot > report.boot &&
      timeMs <= Math.min(known.timeMs, known.heardMs) &&
      heardMs - known.heardMs < LATE_MS;
    if (isLate) return;
    this.#report = { boot: report.boot, timeMs, heardMs };
    [this.#hostname, this.#state] = [report.hostname, report.result];
    this.#end = report.result === 'up' ? english('rackPage.allUp') : (report.why ?? english('rackPage.notAllUp'));
    this.#domains.clear();
    for (const of of [...this.#held.keys()]) if (of.startsWith('domain ')) this.#hold(of, 0);
    this.#hold('report', sizeBytes);
    for (const { name, up, why, addresses, sshHostKeys } of [{ ...report.dom0, name: 'dom0' }, ...report.domus])
      this.#show(
        { name, state: up ? 'up' : english('rackPage.domains.down'), why: why ?? null, addresses, sshHostKeys },
        0,
      );
  }
}

function withMore(what: string, more: number): string {
  return more > 0 ? english('rackPage.andMore', { what, more }) : what;
}

/** A plan of a size that can be looked at again and again. */
function bounded(event: RunEvent): RunEvent {
  if (event.type !== 'run.started') return event;
  const needs = event.actions.reduce((sum, action) => sum + action.needs.length, 0);
  if (event.actions.length <= MOST_ACTIONS && needs <= MOST_NEEDS) return event;
  return { ...event, actions: event.actions.slice(0, MOST_ACTIONS).map((action) => ({ ...action, needs: [] })) };
}
