/** What events come to, without a screen. */
import { expect, test } from 'vitest';
import { beginning, follow, shareOf, type RunState } from '../../../src/ui/run/state.ts';
import { Run } from '../run-events.ts';

function after(say: (run: Run) => void): RunState {
  const state = beginning();
  say(new Run((event) => follow(state, event)));
  return state;
}
const brief = (state: RunState): string[] =>
  state.panes.map((pane) =>
    `${pane.domain} ${pane.finished}/${pane.total} ${pane.result ?? [...pane.running.keys()].join(' ')} ${Math.round(shareOf(pane) * 100)}%`.replaceAll(
      '  ',
      ' ',
    ),
  );

test('a pane for each domain, the host and Dom0 first', () => {
  expect(brief(after((run) => run.start(0, ['web1', 'dom0', 'host'])))).toEqual([
    'host 0/3 0%',
    'dom0 0/3 0%',
    'web1 0/3 0%',
  ]);
});

test('what is at work counts with the part that is done', () => {
  const state = after((run) => {
    run.start(0, ['dom0']);
    run.begin(1, 'dom0/disk');
    run.done(2, 'dom0/disk');
    run.begin(2, 'dom0/root');
    run.say(3, { type: 'action.progress', id: 'dom0/root', done: 50, total: 100, unit: 'MiB' });
  });
  expect(brief(state)).toEqual(['dom0 1/3 dom0/root 50%']);
  expect(state.estimate.percent).toBe(50);
  expect(state.finished).toBe(1);
});

test('a failure is kept with what it says; what was stopped or never begun is no failure', () => {
  const state = after((run) => {
    run.start(0, ['web1', 'db1']);
    run.begin(1, 'web1/disk');
    run.fail(2, 'web1/disk');
    run.say(2, {
      type: 'action.finished',
      id: 'web1/root',
      result: 'skipped',
      seconds: 0,
      error: { code: 'need-failed', message: 'it needs web1/disk, which is not done' },
    });
    run.begin(2, 'db1/disk');
    run.say(3, {
      type: 'action.finished',
      id: 'db1/disk',
      result: 'failed',
      seconds: 1,
      error: { code: 'interrupted', message: 'stopped with the run' },
    });
    run.end(3, 'interrupted');
  });
  expect(state.failures.map(({ id, error }) => `${id} ${error.code}`)).toEqual(['web1/disk command-failed']);
  expect([state.undone, state.finished, state.end?.result]).toEqual([1, 0, 'interrupted']);
});

test('a resumed run begins anew, with what was done before as done, and its log goes on', () => {
  const state = after((run) => {
    run.start(0, ['dom0']);
    run.begin(1, 'dom0/disk');
    run.fail(2, 'dom0/disk');
    run.end(2, 'failed');
    run.start(60, ['dom0'], { resumed: true, finished: ['dom0/disk', 'dom0/root'] });
    run.begin(61, 'dom0/identity');
  });
  expect(brief(state)).toEqual(['dom0 2/3 dom0/identity 67%']);
  expect([state.failures.length, state.end, state.finished]).toEqual([0, null, 2]);
  expect(state.log.at(1)?.text).toBe('Make the disk of dom0');
});

test('events of actions that nobody announced are taken as they come', () => {
  const state = after((run) => {
    run.begin(0, 'web9/root');
    run.output(0, 'web9/root', 'hello');
    run.output(0, 'web9/root', 'nothing comes; waiting', 'notice');
    run.done(1, 'web9/root');
  });
  expect(state.panes.map(({ domain }) => domain)).toEqual(['web9']);
  expect(state.log.at(2)).toMatchObject({ domain: 'web9', text: 'hello' });
  // Among the steps, not among what commands say.
  expect(state.log.at(3)).toMatchObject({ kind: 'step', text: 'nothing comes; waiting' });
});
