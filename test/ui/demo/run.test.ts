/**
 * The pretended run: the plan's own actions in the engine's own order, at their expected times; a failure that goes
 * well when tried again.
 */
import { describe as group, expect, test } from 'vitest';
import { describe } from '../../../src/actions/table.ts';
import type { RunEvent } from '../../../src/engine/events.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { actionToFail } from '../../../src/ui/demo/executor.ts';
import { fastClock } from '../../../src/ui/demo/clock.ts';
import { DEMO_MACHINES, FIRST_MACHINE } from '../../../src/ui/demo/machines.ts';
import { demoRun, demoSpeed } from '../../../src/ui/demo/run.ts';
import { planOf } from '../../plan/host.ts';
import { handClock } from './hand-clock.ts';

const LONG_MS = 3_600_000;

async function whole(plan: Plan, hasFailure: boolean, times = 1): Promise<RunEvent[]> {
  const clock = handClock();
  const run = demoRun({ plan, clock, hasFailure, commandsOf: describe });
  const events: RunEvent[] = [];
  for (let time = 0; time < times; time++) {
    const over = run.go((event) => events.push(event));
    await clock.advance(LONG_MS);
    await over;
  }
  return events;
}
const finished = (events: readonly RunEvent[]): (RunEvent & { type: 'action.finished' })[] =>
  events.filter((event) => event.type === 'action.finished');
const last = (events: readonly RunEvent[]): RunEvent | undefined => events.at(-1);

group('a pretended run', () => {
  test('does every action of the plan, each in the time that the plan expects', async () => {
    const plan = planOf();
    const events = await whole(plan, false);
    expect(last(events)).toMatchObject({ type: 'run.finished', result: 'done', exit: 0 });
    expect(Object.fromEntries(finished(events).map(({ id, seconds }) => [id, seconds]))).toEqual(
      Object.fromEntries(plan.actions.map(({ id, weight }) => [id, weight])),
    );
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  });

  test('is the same each time, to the last line', async () => {
    expect(await whole(planOf(), true)).toEqual(await whole(planOf(), true));
  });

  test('fails where it is asked to, leaves the rest installed, and goes well when tried again', async () => {
    const plan = planOf();
    const failing = actionToFail(plan);
    expect(failing).toBe('db1/root/write');
    const first = await whole(plan, true);
    expect(last(first)).toMatchObject({
      type: 'run.finished',
      result: 'failed',
      domains: { dom0: 'done', web1: 'done', db1: 'failed' },
    });
    const both = await whole(plan, true, 2);
    expect(last(both)).toMatchObject({ type: 'run.finished', result: 'done', domains: { db1: 'done' } });
    // What was done is not done again.
    expect(both.filter((event) => event.type === 'action.started' && event.id === 'dom0/root/write')).toHaveLength(1);
  });

  test('of a host without DomUs can fail, too', () => {
    const plan = planOf();
    expect(
      actionToFail({ ...plan, actions: plan.actions.filter(({ domain }) => !['web1', 'db1'].includes(domain)) }),
    ).toBe('dom0/root/write');
  });

  test('can be stopped, and goes on from there', async () => {
    const clock = handClock();
    const run = demoRun({ plan: planOf(), clock, hasFailure: false, commandsOf: describe });
    const events: RunEvent[] = [];
    const over = run.go((event) => events.push(event));
    await clock.advance(60_000);
    run.stop();
    await over;
    expect(last(events)).toMatchObject({ type: 'run.finished', result: 'interrupted', seconds: 60 });
    const again = run.go((event) => events.push(event));
    await clock.advance(LONG_MS);
    await again;
    expect(last(events)).toMatchObject({ type: 'run.finished', result: 'done' });
  });

  test('says nothing that could be taken for a secret', async () => {
    expect(JSON.stringify(await whole(planOf(), false))).not.toMatch(/\$6\$|PRIVATE KEY/);
  });
});

test('a fast clock goes so many times as fast, and a stopped sleep ends at once', async () => {
  const clock = fastClock(1000);
  const [realMs, demoMs] = [Date.now(), clock.now()];
  await clock.sleep(20_000, new AbortController().signal);
  expect(Date.now() - realMs).toBeLessThan(2_000);
  expect(clock.now() - demoMs).toBeGreaterThanOrEqual(19_000);
  const abort = new AbortController();
  const sleeping = fastClock(1).sleep(60_000, abort.signal);
  abort.abort();
  await expect(sleeping).rejects.toThrow('stopped');
});

test('a small plan takes its time, a large one is made to fit', () => {
  const plan = planOf();
  expect(demoSpeed({ ...plan, actions: plan.actions.slice(-1) })).toBe(1);
  const { actions } = plan;
  expect(
    demoSpeed({
      ...plan,
      actions: [...actions, ...actions.map((action) => ({ ...action, id: `${action.id}/2`, needs: [] }))],
    }),
  ).toBeGreaterThan(demoSpeed(plan));
});

test('every machine has facts of a machine, and the first is one of them', () => {
  expect(DEMO_MACHINES.has(FIRST_MACHINE)).toBe(true);
  for (const facts of DEMO_MACHINES.values())
    expect(facts).toMatchObject({
      version: 1,
      kind: 'machine',
      disks: expect.arrayContaining([expect.objectContaining({ path: expect.stringMatching(/^\/dev\//) })]),
    });
});
