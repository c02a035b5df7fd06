/**
 * Runs inside an appliance: carries out a plan like an install onto a machine's own disks, with its journal in a
 * folder, and kills itself where it is told to. Arguments: state folder, plan, "-" or ID MOMENT [DELAY_MS] [tree].
 * Moments: begun (with a delay: while trees are mounted), N (while its N-th command is at work), applied, journalled.
 * `tree`: all that it started dies with it, as by a power cut.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { handlers } from '../../../src/actions/table.ts';
import type { Executor } from '../../../src/actions/kind.ts';
import { runPlan } from '../../../src/engine/run.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { exec } from '../../../src/system/process/exec.ts';
import { createLocalExecutor } from '../../../src/system/run/local-executor.ts';
import { Mounts } from '../../../src/system/disk/mounts.ts';
import { openState } from '../../../src/system/run/state.ts';

const [folder = '', planPath = '', killAt = '-', moment = '', delayMs = '0', how = ''] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(planPath, 'utf8')) as Plan;
const state = await openState(folder);
const mounts = new Mounts('/run/xenwright/mnt-tiny', (argv, options) => exec(argv, options));
const inner = createLocalExecutor(
  {
    mounts,
    baseStore: '/bases',
    scratch: '/tmp',
    timeScale: 20,
    redact: (text) => text,
    secret: async ({ secret }) =>
      secret === 'install-marker'
        ? JSON.stringify({ planHash: plan.hash })
        : secret === 'profile'
          ? 'version: 1\n'
          : '$6$salt$hash',
  },
  handlers,
  { flush: true },
);

const failures: unknown[] = [];
/** For each action: when its commands began, and what its last one ended at. */
const times: Record<string, number[]> = {};

function die(): void {
  if (how === 'tree')
    for (const pid of descendants(process.pid))
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        /* it has ended */
      }
  process.kill(process.pid, 'SIGKILL');
}
function descendants(of: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return [{ pid: Number(pid), parent: Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]) }];
      } catch {
        return [];
      }
    });
  const below = (pid: number): number[] =>
    parents.filter((one) => one.parent === pid).flatMap((one) => [...below(one.pid), one.pid]);
  return below(of);
}

const target: Executor = {
  async run(action, events, signal) {
    const mine = action.id === killAt;
    const began: number[] = [];
    times[action.id] = began;
    if (mine && moment === 'begun') {
      if (delayMs === '0') die();
      else setTimeout(die, Number(delayMs));
    }
    await inner.run(
      action,
      {
        ...events,
        output: (stream, text) => {
          events.output(stream, text);
          if (stream !== 'command') return;
          began.push(Math.round(performance.now()));
          if (mine && moment === String(began.length)) setTimeout(die, Number(delayMs));
        },
      },
      signal,
    );
    began.push(Math.round(performance.now()));
    // Also where its last command was quicker than the time until it should have been killed.
    if (mine && moment !== 'journalled') die();
  },
};
const outcome = await runPlan({
  plan,
  executors: { builder: target, target },
  resume: true,
  timeScale: 20,
  earlier: state.earlier,
  signal: new AbortController().signal,
  newRunId: () => 'tiny',
  budgets: { cpu: 2, disk: 2, network: 1, jobs: 1 },
  journal: {
    ...state.journal,
    append: async (line) => {
      await state.journal.append(line);
      if (moment === 'journalled' && line.includes('"finished"') && line.includes(`"${killAt}"`)) die();
    },
  },
  consumers: [
    (event) => state.writeEvent(event),
    (event) => {
      if (event.type === 'action.finished' && event.error !== undefined) failures.push([event.id, event.error]);
    },
  ],
});
await mounts.close();
await state.close();
process.stdout.write(`${JSON.stringify({ result: outcome.result, failures, times })}\n`);
process.exit(outcome.exit);
