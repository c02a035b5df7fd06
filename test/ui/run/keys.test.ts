/**
 * Thousands of random keys over a run in every state: nothing throws, nothing leaves its range, and nothing ends or
 * stops without its key.
 */
import { expect, test } from 'vitest';
import { keyPresses, type InkKey } from '../../../src/ui/terminal/keymap.ts';
import { reduceRun } from '../../../src/ui/run/keys.ts';
import { beginning, follow } from '../../../src/ui/run/state.ts';
import { firstView, type RunAbilities, type RunView } from '../../../src/ui/run/view.ts';
import { manyDomus, Run } from '../run-events.ts';

const ALL: RunAbilities = {
  detach: true,
  stop: true,
  retry: true,
  edit: true,
  shell: true,
  exportLog: true,
  reboot: true,
  boot: true,
  profile: 'xen1.yaml',
};
const NONE: RunAbilities = {
  detach: false,
  stop: false,
  retry: false,
  edit: false,
  shell: false,
  exportLog: false,
  reboot: false,
  boot: false,
  profile: null,
};
const NAMED = [
  'upArrow',
  'downArrow',
  'leftArrow',
  'rightArrow',
  'pageUp',
  'pageDown',
  'home',
  'end',
  'tab',
  'return',
  'escape',
  'backspace',
];
const CHARS = ['?', '/', 'n', 'N', 'l', 'f', 'p', 'x', 's', 'a', 'd', 'q', 'r', 'e', 'b', 'R', '7', 'ä', '日'];

test.each([
  ['before its first event', 0, ALL],
  ['while it goes on', 1, ALL],
  ['when it has failed', 2, ALL],
  ['when it has failed, and nothing can be done', 2, NONE],
])('%s', (_, stage, can) => {
  const state = beginning();
  const run = new Run((event) => follow(state, event));
  if (stage > 0) run.start(0, ['host', 'dom0', ...manyDomus(9)]);
  if (stage > 0) for (let line = 0; line < 300; line++) run.output(0, `domu${line % 9}/root`, `line ${line}`);
  if (stage > 1) run.fail(1, 'domu3/root');
  if (stage > 1) run.end(2, 'failed');
  let seed = 20_261_123;
  const next = (): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed / 2 ** 32;
  };
  let view: RunView = firstView({ columns: 80, rows: 24 });
  for (let step = 0; step < 20_000; step++) {
    const isNamed = next() < 0.5;
    const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
    const name = isNamed ? pick(NAMED) : pick(CHARS);
    const [press] = keyPresses(isNamed ? '' : name, (isNamed ? { [name]: true } : {}) as unknown as InkKey);
    if (press === undefined) throw new Error(`no key is ${name}`);
    const before = view;
    const done = reduceRun(view, { type: 'key', press, textRows: 40 }, state, can);
    ({ view } = done);
    const { outcome } = view;
    expect(view.focus >= 0 && view.focus < Math.max(1, state.panes.length)).toBe(true);
    expect(view.offset >= 0 && view.offset <= 40).toBe(true);
    expect(view.bottom === null || (view.bottom >= state.log.first && view.bottom <= state.log.last)).toBe(true);
    if (done.effects.some(({ type }) => type === 'stop'))
      expect([before.dialog !== null, name, state.end]).toEqual([true, 'return', null]);
    if (outcome === null) continue;
    // While it goes on, only d and the question lead out.
    if (stage < 2)
      expect([outcome, name === 'd' || (name === 'return' && before.dialog !== null)]).toEqual(['detached', true]);
    if (can === NONE) expect(outcome).toBe('left');
    view = { ...view, outcome: null };
  }
});

test('the answer that is offered first stays', () => {
  const state = beginning();
  new Run((event) => follow(state, event)).start(0, ['host']);
  const asked = reduceRun(firstView({ columns: 80, rows: 24 }), { type: 'key', press: { ctrl: 'c' } }, state, ALL).view;
  const answered = reduceRun(asked, { type: 'key', press: { key: 'enter' } }, state, ALL);
  expect([answered.view.dialog, answered.view.outcome, answered.effects]).toEqual([null, null, []]);
});

test('a run whose file was read to its end only after its process had gone has ended, it is not lost', () => {
  const state = beginning();
  const run = new Run((event) => follow(state, event));
  run.start(0, ['host']);
  const gone = reduceRun(firstView({ columns: 80, rows: 24 }), { type: 'gone' }, state, ALL).view;
  expect(gone.gone).toBe(true);
  run.end(2, 'failed');
  expect(reduceRun(gone, { type: 'ended', leaves: false }, state, ALL).view).toMatchObject({
    gone: false,
    mode: 'done',
  });
});
