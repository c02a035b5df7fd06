/** How far a run came that did not come to its end. */
import { expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../../src/engine/events.ts';
import { HowFar, type FarRun } from '../../src/report/how-far.ts';
import { Summary } from '../../src/report/summary.ts';

const action = (id: string, kind: string) => ({ id, kind, domain: 'dom0', title: `Do ${id}`, weight: 1, needs: [] });
const begun: EventBody = {
  type: 'run.started',
  planHash: 'a',
  hostname: 'xen1',
  resumed: false,
  actions: [action('base', 'base.build'), action('disk', 'storage.make'), action('files', 'tree.files')],
};
const start = (id: string): EventBody => ({ type: 'action.started', id });
const end = (id: string, result: 'done' | 'failed' = 'done'): EventBody => ({
  type: 'action.finished',
  id,
  result,
  seconds: 1,
});
const events = (bodies: readonly EventBody[]): RunEvent[] =>
  bodies.map((body, index) => ({ ...body, seq: index + 1, run: 'r', time: '2026-11-23T12:00:00.000Z' }));
function far(...bodies: EventBody[]): FarRun | null {
  const found = new HowFar();
  for (const event of events(bodies)) found.follow(event);
  return found.get();
}

test('no run has begun', () => {
  expect(far()).toBeNull();
});
test('bases are made beside the target: nothing is written to it yet', () => {
  expect(far(begun, start('base'), end('base'))).toEqual({ done: 1, total: 3, isWritten: false, at: null });
});
test('the step that it was at, and the target is written from the first step on that writes', () => {
  expect(far(begun, start('base'), end('base'), start('disk'), end('disk', 'failed'))).toMatchObject({
    done: 1,
    isWritten: true,
    at: { domain: 'dom0', title: 'Do disk' },
  });
});
test('a resumed run counts what an earlier part has done', () => {
  expect(far({ ...begun, resumed: true, finished: ['base', 'disk'] } as EventBody, start('files'))).toMatchObject({
    done: 2,
    isWritten: true,
    at: { title: 'Do files' },
  });
});

test('the report says it, in sentences of its own', () => {
  const summary = new Summary();
  const bodies: EventBody[] = [
    begun,
    start('base'),
    end('base', 'failed'),
    { type: 'run.finished', result: 'failed', exit: 5, seconds: 9, domains: {} },
  ];
  for (const event of events(bodies)) summary.follow(event);
  expect(summary.text()).toContain(
    'Last step: dom0: Do base\nSo far: steps done: 0 of 3;\n        nothing was written to the target yet\n',
  );
});
