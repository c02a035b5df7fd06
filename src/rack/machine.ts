/** What the reports of one run say of its machine, for whoever watches a rack. Pure. */
import type { RunEvent } from '../engine/events.ts';
import { Estimate } from '../report/estimate.ts';
import type { HostReport, ReportedEvent } from '../report/host-report.ts';
import { INTERRUPTED } from '../report/plain.ts';

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
  /** RFC 3339: the last event's. */
  readonly lastTime: string;
  readonly failure: FailureView | null;
  readonly domains: readonly DomainView[];
}

/** Follows the events of one run and of the host it made. */
export class Machine {
  readonly #run: string;
  readonly #estimate = new Estimate();
  readonly #running = new Set<string>();
  /** What was last told of an action that is under way. */
  readonly #notices = new Map<string, string>();
  readonly #domains = new Map<string, DomainView>();
  #hostname = '?';
  #lastTime = '';
  #state: MachineState = 'running';
  #end = '';
  #failure: FailureView | null = null;
  #report: HostReport | null = null;

  constructor(run: string) {
    this.#run = run;
  }

  follow(event: ReportedEvent): void {
    this.#lastTime = event.time;
    if (event.type === 'host.report') this.#hear(event);
    else this.#followRun(event);
  }

  get view(): MachineView {
    // Whoever watches a rack wants to see first what is waited for.
    const first = [...this.#notices.keys()].at(-1) ?? [...this.#running][0];
    const notice = this.#notices.get(first ?? '');
    const doing =
      first === undefined
        ? 'waiting'
        : `${this.#estimate.titleOf(first)}${notice === undefined ? '' : `: ${notice}`}${this.#running.size > 1 ? `, and ${this.#running.size - 1} more` : ''}`;
    const isRunning = this.#state === 'running';
    return {
      run: this.#run,
      hostname: this.#hostname,
      state: this.#state,
      phase: isRunning ? doing : this.#end,
      percent: this.#state === 'installed' || this.#state === 'up' ? 100 : this.#estimate.percent,
      secondsLeft: isRunning ? this.#estimate.secondsLeft : null,
      lastTime: this.#lastTime,
      failure: this.#failure,
      domains: [...this.#domains.values()],
    };
  }

  #followRun(event: RunEvent): void {
    // What failed, or was not begun for it, is no work done: here the bar must not fill up.
    if (event.type !== 'action.finished' || event.result === 'done') this.#estimate.follow(event);
    switch (event.type) {
      case 'run.started':
        [this.#hostname, this.#state, this.#failure] = [event.hostname, 'running', null];
        this.#running.clear();
        this.#notices.clear();
        break;
      case 'action.started':
        this.#running.add(event.id);
        break;
      case 'action.finished':
        this.#running.delete(event.id);
        this.#notices.delete(event.id);
        if (event.result === 'failed' && event.error !== undefined && event.error.code !== INTERRUPTED)
          this.#failure = {
            domain: this.#estimate.domainOf(event.id),
            title: this.#estimate.titleOf(event.id),
            message: event.error.message,
            code: event.error.code,
            hint: event.error.hint ?? null,
          };
        break;
      case 'domain.finished':
        this.#domains.set(event.domain, {
          name: event.domain,
          state: event.result,
          why: null,
          addresses: event.addresses,
          sshHostKeys: event.sshHostKeys.map((key) => key.replace(/^\d+ (\S+) .*\((\S+)\)$/, '$1 ($2)')),
        });
        break;
      case 'run.finished':
        this.#state = event.result === 'done' ? 'installed' : event.result;
        this.#end =
          event.result === 'done' ? 'installed; the host has not reported yet' : `${event.result}, exit ${event.exit}`;
        break;
      case 'action.output':
        if (event.stream === 'notice' && this.#running.has(event.id)) this.#notices.set(event.id, event.text);
        break;
      case 'action.progress':
        break;
    }
  }

  /** A late report of an earlier start changes nothing. */
  #hear(report: HostReport): void {
    if (this.#report !== null && this.#report.boot > report.boot) return;
    this.#report = report;
    [this.#hostname, this.#state] = [report.hostname, report.result];
    this.#end = report.result === 'up' ? 'Dom0 and every DomU are up' : (report.why ?? 'not every DomU is up');
    this.#domains.clear();
    for (const { name, up, why, addresses, sshHostKeys } of [{ ...report.dom0, name: 'dom0' }, ...report.domus])
      this.#domains.set(name, { name, state: up ? 'up' : 'not up', why: why ?? null, addresses, sshHostKeys });
  }
}
