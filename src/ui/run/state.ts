/**
 * What the events of a run come to: a pane per domain, how far all of it is, the log, the failures. The same events
 * give the same state: no clock, no effects. It is changed in place, because there may be ten thousand events a
 * second.
 */
import type { DomainResult, EventError, RunEvent } from '../../engine/events.ts';
import type { Said } from '../../i18n/said.ts';
import { Estimate } from '../../report/estimate.ts';
import { INTERRUPTED } from '../../report/plain.ts';
import type { Span } from '../../report/timeline.ts';
import { LogRing } from './log.ts';

interface RunningAction {
  readonly id: string;
  readonly title: string;
  readonly said: Said | undefined;
  readonly weight: number;
  readonly startedMs: number;
  done: number;
  total: number;
  unit: string;
}
export interface Pane {
  readonly domain: string;
  /** Actions, and those of them that are done. */
  total: number;
  finished: number;
  weight: number;
  doneWeight: number;
  readonly running: Map<string, RunningAction>;
  failed: number;
  result: DomainResult | null;
  startedMs: number | null;
  endedMs: number | null;
  addresses: readonly string[];
  sshHostKeys: readonly string[];
}
interface Failure {
  readonly id: string;
  readonly domain: string;
  readonly title: string;
  readonly said: Said | undefined;
  readonly error: EventError;
}
interface Known {
  readonly title: string;
  /** The title by id and values; older streams have none. */
  readonly said: Said | undefined;
  readonly domain: string;
  readonly weight: number;
}

export interface RunState {
  hostname: string;
  planHash: string;
  runId: string;
  readonly panes: Pane[];
  readonly byDomain: Map<string, Pane>;
  readonly actions: Map<string, Known>;
  estimate: Estimate;
  readonly log: LogRing;
  readonly failures: Failure[];
  readonly spans: Span[];
  readonly started: Map<string, number>;
  startedMs: number | null;
  /** Time of the last event. */
  nowMs: number;
  /** Actions that are done. */
  finished: number;
  /** Not begun, because what they need is not done. */
  undone: number;
  end: { readonly result: 'done' | 'failed' | 'interrupted'; readonly exit: number; readonly seconds: number } | null;
}

export function beginning(log = new LogRing()): RunState {
  return {
    hostname: '',
    planHash: '',
    runId: '',
    panes: [],
    byDomain: new Map(),
    actions: new Map(),
    estimate: new Estimate(),
    log,
    failures: [],
    spans: [],
    started: new Map(),
    startedMs: null,
    nowMs: 0,
    finished: 0,
    undone: 0,
    end: null,
  };
}

/** Takes one event in. */
export function follow(state: RunState, event: RunEvent): void {
  state.estimate.follow(event);
  state.nowMs = Date.parse(event.time);
  switch (event.type) {
    case 'run.started':
      return start(state, event);
    case 'action.started':
      return begin(state, event);
    case 'action.output':
      return state.log.push(
        state.nowMs,
        domainOf(state, event.id),
        ({ command: 'command', notice: 'step', stdout: 'output', stderr: 'output' } as const)[event.stream],
        event.text,
      );
    case 'action.progress': {
      const running = state.byDomain.get(domainOf(state, event.id))?.running.get(event.id);
      if (running !== undefined) Object.assign(running, { done: event.done, total: event.total, unit: event.unit });
      return;
    }
    case 'action.finished':
      return finish(state, event);
    case 'domain.finished':
      return finishDomain(state, event);
    case 'run.finished':
      state.end = { result: event.result, exit: event.exit, seconds: event.seconds };
      return;
  }
}

/** Share of a domain's work that is done, 0 … 1. */
export function shareOf(pane: Pane): number {
  if (pane.weight === 0) return pane.finished === pane.total ? 1 : 0;
  let done = pane.doneWeight;
  for (const { weight, done: part, total } of pane.running.values())
    if (total > 0) done += weight * Math.min(1, part / total);
  return Math.min(1, done / pane.weight);
}

function domainOf(state: RunState, id: string): string {
  return state.actions.get(id)?.domain ?? id.split('/')[0] ?? id;
}

/** Also of a resumed run: everything but the log and where the time went begins again. */
function start(state: RunState, event: RunEvent & { type: 'run.started' }): void {
  const finished = new Set(event.finished ?? []);
  Object.assign(state, {
    hostname: event.hostname,
    planHash: event.planHash,
    runId: event.run,
    startedMs: state.nowMs,
    end: null,
    finished: finished.size,
    undone: 0,
  });
  state.panes.length = 0;
  state.failures.length = 0;
  state.byDomain.clear();
  state.actions.clear();
  // Dom0's way is the host's: both stand first, whatever comes first in the plan.
  const rank = (domain: string): number => (domain === 'host' ? 0 : domain === 'dom0' ? 1 : 2);
  for (const { id, title, said, domain, weight } of event.actions.toSorted((a, b) => rank(a.domain) - rank(b.domain))) {
    state.actions.set(id, { title, said, domain, weight });
    const pane = paneOf(state, domain);
    pane.total += 1;
    pane.weight += weight;
    if (!finished.has(id)) continue;
    pane.finished += 1;
    pane.doneWeight += weight;
  }
}

function paneOf(state: RunState, domain: string): Pane {
  const known = state.byDomain.get(domain);
  if (known !== undefined) return known;
  const pane: Pane = {
    domain,
    total: 0,
    finished: 0,
    weight: 0,
    doneWeight: 0,
    running: new Map(),
    failed: 0,
    result: null,
    startedMs: null,
    endedMs: null,
    addresses: [],
    sshHostKeys: [],
  };
  state.byDomain.set(domain, pane);
  state.panes.push(pane);
  return pane;
}

function begin(state: RunState, event: RunEvent & { type: 'action.started' }): void {
  const { title = event.id, said, weight = 0 } = state.actions.get(event.id) ?? {};
  const pane = paneOf(state, domainOf(state, event.id));
  pane.startedMs ??= state.nowMs;
  pane.running.set(event.id, {
    id: event.id,
    title,
    said,
    weight,
    startedMs: state.nowMs,
    done: 0,
    total: 0,
    unit: '',
  });
  state.started.set(event.id, state.nowMs);
  state.log.push(state.nowMs, pane.domain, 'step', title);
}

function finish(state: RunState, event: RunEvent & { type: 'action.finished' }): void {
  const { title = event.id, said, weight = 0 } = state.actions.get(event.id) ?? {};
  const pane = paneOf(state, domainOf(state, event.id));
  pane.running.delete(event.id);
  const fromMs = state.started.get(event.id);
  if (event.result === 'done') {
    pane.finished += 1;
    state.finished += 1;
    pane.doneWeight += weight;
    if (fromMs !== undefined)
      state.spans.push({ id: event.id, domain: pane.domain, title, said, fromMs, toMs: state.nowMs });
    state.log.push(state.nowMs, pane.domain, 'good', title);
    return;
  }
  if (event.result === 'skipped') {
    state.undone += 1;
    return;
  }
  const { error } = event;
  // What was stopped with its run did not fail.
  if (error === undefined || error.code === INTERRUPTED) return;
  pane.failed += 1;
  state.failures.push({ id: event.id, domain: pane.domain, title, said, error });
  state.log.push(state.nowMs, pane.domain, 'error', `${title}: ${error.message} [${error.code}]`);
}

function finishDomain(state: RunState, event: RunEvent & { type: 'domain.finished' }): void {
  const pane = paneOf(state, event.domain);
  Object.assign(pane, {
    result: event.result,
    endedMs: state.nowMs,
    addresses: event.addresses,
    sshHostKeys: event.sshHostKeys,
  });
}
