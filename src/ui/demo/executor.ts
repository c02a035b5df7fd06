/** Carries out actions in appearance only: says what would be done, lets the expected time go by, touches nothing. */
import { createHash } from 'node:crypto';
import type { CommandLine, Executor } from '../../actions/kind.ts';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import type { Action } from '../../plan/action.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DemoClock } from './clock.ts';
import { amountOf, linesOf } from './said.ts';

export interface DemoExecutorOptions {
  readonly clock: DemoClock;
  /** The commands that the real run would give. */
  commandsOf(action: Action): readonly CommandLine[];
  /** Id of the action that fails when it is first tried; null: none does. */
  readonly failing: string | null;
}

/** A step of an action takes so long, in its own time; no action has more than so many. */
const STEP_MS = 250;
const MOST_STEPS = 60;
/** Longer command lines (scripts) say nothing in a log of one line each. */
const LONGEST = 400;

export function demoExecutor({ clock, commandsOf, failing }: DemoExecutorOptions): Executor {
  let hasFailed = false;
  return {
    async run(action, events, signal) {
      for (const { argv } of commandsOf(action)) {
        const command = argv.join(' ').split('\n')[0] ?? '';
        events.output('command', command.slice(0, LONGEST));
      }
      const lines = linesOf(action);
      const amount = amountOf(action);
      const totalMs = action.weight * 1000;
      const steps = Math.max(1, Math.min(MOST_STEPS, Math.ceil(totalMs / STEP_MS)));
      let said = 0;
      for (let step = 1; step <= steps; step++) {
        await clock.sleep(totalMs / steps, signal);
        for (; said < (lines.length * step) / steps; said++) events.output('stdout', lines[said] ?? '');
        if (amount !== null) events.progress(Math.floor((amount.total * step) / steps), amount.total, amount.unit);
        if (action.id === failing && !hasFailed && step >= steps / 2) {
          hasFailed = true;
          throw pretendedFailure(action);
        }
      }
      if (action.kind === 'tree.identity')
        events.report({
          sshHostKey: `256 SHA256:${createHash('sha256').update(`demo ${action.domain}`).digest('base64').slice(0, 43)} root@${action.domain} (ED25519)`,
        });
    },
  };
}

/** The one to fail in a demo of failures: of a DomU where there is one, so that the rest of the host goes on. */
export function actionToFail({ actions }: Plan): string | null {
  const writes = actions.filter(({ kind }) => kind === 'base.write');
  return (writes.findLast(({ domain }) => domain !== 'host' && domain !== 'dom0') ?? writes[0])?.id ?? null;
}

function pretendedFailure(action: Action): XenwrightError {
  const device = action.kind === 'base.write' ? action.params.device : action.domain;
  return failure(
    'command-failed.demo',
    EXIT.action,
    { device },
    { command: `write-image ${device}`, lastLines: ['wrote 212 of 430 MiB', `${device}: Input/output error`] },
  );
}
