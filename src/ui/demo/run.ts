/**
 * A pretended run: the engine as it is, over an executor that touches nothing and a journal that is only remembered.
 * Its events carry the time of the demo's clock, so that an hour's install can be watched in a minute with its own
 * figures.
 */
import type { CommandLine } from '../../actions/kind.ts';
import type { RunEvent } from '../../engine/events.ts';
import { runPlan } from '../../engine/run.ts';
import type { Action } from '../../plan/action.ts';
import { expectedSeconds } from '../../plan/formats/text.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DemoClock } from './clock.ts';
import { actionToFail, demoExecutor } from './executor.ts';

export interface DemoRunOptions {
  readonly plan: Plan;
  readonly clock: DemoClock;
  readonly hasFailure: boolean;
  commandsOf(action: Action): readonly CommandLine[];
}
export interface DemoRun {
  /** Begins, or goes on after a stop or a failure; resolves at the end of this part. */
  go(onEvent: (event: RunEvent) => void): Promise<void>;
  stop(): void;
}

/** Long enough to try the keys of the panes. */
export const WATCHED_SECONDS = 45;
const SIDE_BY_SIDE = 2;
const BUDGETS = { cpu: 4, disk: 2, network: 3, jobs: 8 };

/** How fast the clock must go for a plan to take about so long. */
export function demoSpeed(plan: Plan, seconds = WATCHED_SECONDS): number {
  const { work, chain } = expectedSeconds(plan);
  return Math.max(1, Math.max(chain, work / SIDE_BY_SIDE) / seconds);
}

export function demoRun({ plan, clock, hasFailure, commandsOf }: DemoRunOptions): DemoRun {
  const lines: string[] = [];
  const executor = demoExecutor({ clock, commandsOf, failing: hasFailure ? actionToFail(plan) : null });
  let abort = new AbortController();
  return {
    async go(onEvent) {
      abort = new AbortController();
      const retime = retimer(clock);
      await runPlan({
        plan,
        executors: { builder: executor, target: executor },
        consumers: [(event) => onEvent(retime(event))],
        signal: abort.signal,
        budgets: BUDGETS,
        journal: {
          lines: async () => lines,
          append: async (line) => {
            lines.push(line);
          },
        },
        resume: lines.length > 0,
        timeScale: 1,
        newRunId: () => 'demo',
      });
    },
    stop: () => abort.abort(),
  };
}

/** The engine dates its events by this machine's clock. */
function retimer(clock: DemoClock): (event: RunEvent) => RunEvent {
  const started = new Map<string, number>();
  const begunMs = clock.now();
  return (event) => {
    const nowMs = clock.now();
    const time = new Date(nowMs).toISOString();
    if (event.type === 'action.started') started.set(event.id, nowMs);
    if (event.type === 'run.finished') return { ...event, time, seconds: Math.round(nowMs - begunMs) / 1000 };
    if (event.type !== 'action.finished') return { ...event, time };
    return { ...event, time, seconds: Math.round(nowMs - (started.get(event.id) ?? nowMs)) / 1000 };
  };
}
