/**
 * Watching a run: takes events as they come, tells who draws at most so often, carries out what keys ask for. It knows
 * neither React nor the system; the run never waits for it.
 */
import type { RunEvent } from '../../engine/events.ts';
import { reasonOf } from '../../errors.ts';
import { framesOf } from '../frames.ts';
import type { Login } from '../../profile/ways-in.ts';
import { carryOutExport, type ExportPorts, type Suspend } from '../wizard/carry-out-export.ts';
import { reduceRun } from './keys.ts';
import type { Size } from './layout.ts';
import { beginning, follow, type RunState } from './state.ts';
import {
  firstView,
  type RunAbilities,
  type RunEffect,
  type RunOutcome,
  type RunView,
  type RunViewEvent,
} from './view.ts';

/** What a session can have done, and what it knows besides the events. Absent: not possible here. */
export interface RunPorts {
  stop?(): void;
  exportLog?(file: string): Promise<void>;
  /** Runs a shell in the terminal, which is free meanwhile. */
  shell?(): Promise<void>;
  now(): number;
  /** The profile of this run, and how it is taken along. */
  readonly profile?: ExportPorts & { readonly name: string; readonly text: string };
}
export interface RunStart {
  readonly size: Size;
  readonly framesPerSecond: number;
  readonly can: Partial<RunAbilities>;
  /** Drawn again from a file: the clock is that of its events. */
  readonly isReplay?: boolean;
  readonly logins?: Readonly<Record<string, Login | null>>;
  readonly logPath?: string;
  /** The screen of the end is left after a while in which nobody pressed a key. */
  readonly leavesByItself?: boolean;
}
/** One frame's worth; a new object for each. */
export interface RunSnapshot {
  readonly state: RunState;
  readonly view: RunView;
  readonly nowMs: number;
  readonly start: RunStart;
  readonly can: RunAbilities;
}

export interface RunSession {
  /** Takes an event in; never waits, never fails. */
  push(event: RunEvent): void;
  /** No more events will come. */
  gone(): void;
  getSnapshot(): RunSnapshot;
  subscribe(listener: () => void): () => void;
  send(event: RunViewEvent): void;
  shell(): Promise<void>;
  /** Whoever draws says how the terminal is given away for a while. */
  suspendWith(suspend: Suspend): void;
  readonly done: Promise<RunOutcome>;
  close(): void;
}

const TICK_MS = 1_000;
/** Long enough to reach for a key; a run that nobody watches must not wait for ever. */
export const LEAVE_MS = 60_000;

export function startRunSession(start: RunStart, ports: RunPorts): RunSession {
  const can = abilitiesOf(start, ports);
  let suspend: Suspend = async (work) => await work();
  const state = beginning();
  let view = firstView(start.size);
  const { promise: done, resolve } = Promise.withResolvers<RunOutcome>();
  const leaving = timerOf(() => send({ type: 'waited' }), LEAVE_MS);
  const frames = framesOf(start.framesPerSecond, () => {
    const nowMs = start.isReplay === true ? state.nowMs : Math.max(ports.now(), state.nowMs);
    state.estimate.goOn(nowMs);
    return { state, view, nowMs, start, can };
  });

  const send = (event: RunViewEvent): void => {
    if (view.outcome !== null) return;
    if (event.type === 'key') leaving.stop();
    const before = view;
    const step = reduceRun(view, event, state, can);
    ({ view } = step);
    for (const effect of step.effects) carryOut(effect, ports, async (work) => await suspend(work), send);
    if (view !== before) frames.publish();
    if (view.outcome !== null) resolve(view.outcome);
  };
  // Clocks go on while nothing happens.
  const tick = setInterval(() => {
    if (state.end === null && !view.gone && start.isReplay !== true) frames.soon();
  }, TICK_MS);
  tick.unref();

  return {
    push(event) {
      follow(state, event);
      if (event.type === 'run.started') {
        leaving.stop();
        ({ view } = reduceRun(view, { type: 'began' }, state, can));
      }
      if (event.type === 'run.finished') {
        ({ view } = reduceRun(view, { type: 'ended', leaves: start.leavesByItself === true }, state, can));
        if (start.leavesByItself === true) leaving.start();
      }
      frames.soon();
    },
    gone: () => send({ type: 'gone' }),
    getSnapshot: frames.getSnapshot,
    subscribe: frames.subscribe,
    send,
    done,
    suspendWith: (given) => {
      suspend = given;
    },
    shell: async () => await ports.shell?.(),
    close() {
      clearInterval(tick);
      leaving.stop();
      frames.close();
    },
  };
}

function abilitiesOf(start: RunStart, ports: RunPorts): RunAbilities {
  return {
    detach: false,
    retry: false,
    edit: false,
    reboot: false,
    boot: false,
    ...start.can,
    stop: ports.stop !== undefined,
    shell: ports.shell !== undefined,
    exportLog: ports.exportLog !== undefined,
    profile: ports.profile?.name ?? null,
  };
}

/** One wait, which may be called off. */
function timerOf(then: () => void, afterMs: number): { start(): void; stop(): void } {
  let timer: NodeJS.Timeout | null = null;
  return {
    start: () => {
      timer = setTimeout(then, afterMs);
    },
    stop: () => {
      if (timer !== null) clearTimeout(timer);
      timer = null;
    },
  };
}

/** Does what a key asks for; how it went is sent to the view. */
function carryOut(effect: RunEffect, ports: RunPorts, suspend: Suspend, send: (event: RunViewEvent) => void): void {
  if (effect.type === 'stop') ports.stop?.();
  else if (effect.type === 'write-log')
    ports.exportLog?.(effect.file).then(
      () => send({ type: 'log-written', file: effect.file }),
      (error: unknown) => send({ type: 'log-failed', reason: reasonOf(error) }),
    );
  else if (ports.profile !== undefined) {
    const { text } = ports.profile;
    void carryOutExport(effect, async () => text, ports.profile, suspend).then(send);
  }
}
