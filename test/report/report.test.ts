import { expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../../src/engine/events.ts';
import { Estimate } from '../../src/report/estimate.ts';
import { formatSeconds } from '../../src/i18n/seconds.ts';
import { logConsumer } from '../../src/report/log-file.ts';
import { ndjsonConsumer } from '../../src/report/ndjson.ts';
import { plainConsumer } from '../../src/report/plain.ts';
import { parseEvents } from '../../src/report/replay.ts';
import { Summary } from '../../src/report/summary.ts';

const action = (id: string, weight: number): Extract<EventBody, { type: 'run.started' }>['actions'][number] => ({
  id,
  kind: 'base.write',
  domain: id.split('/')[0] ?? '',
  title: `Write ${id}`,
  weight,
  needs: [],
});

/** Events with times in seconds from the start. */
function stream(...bodies: readonly [seconds: number, body: EventBody][]): RunEvent[] {
  return bodies.map(
    ([seconds, body], index) =>
      ({
        seq: index + 1,
        time: new Date(Date.UTC(2026, 10, 23, 12, 0, 0) + seconds * 1000).toISOString(),
        run: 'r',
        ...body,
      }) as RunEvent,
  );
}

const events = stream(
  [
    0,
    {
      type: 'run.started',
      planHash: 'abcdef0123456789',
      hostname: 'xen1',
      resumed: false,
      actions: [action('dom0/root', 10), action('web1/root', 30)],
    },
  ],
  [0, { type: 'action.started', id: 'dom0/root' }],
  [1, { type: 'action.progress', id: 'dom0/root', done: 10, total: 100, unit: 'MiB' }],
  [2, { type: 'action.progress', id: 'dom0/root', done: 50, total: 100, unit: 'MiB' }],
  [7, { type: 'action.progress', id: 'dom0/root', done: 90, total: 100, unit: 'MiB' }],
  [10, { type: 'action.finished', id: 'dom0/root', result: 'done', seconds: 10 }],
  [
    10,
    {
      type: 'domain.finished',
      domain: 'dom0',
      result: 'done',
      addresses: ['192.0.2.7/24'],
      sshHostKeys: ['256 SHA256:abc no comment (ED25519)'],
    },
  ],
  [10, { type: 'action.started', id: 'web1/root' }],
  [11, { type: 'action.output', id: 'web1/root', stream: 'command', text: 'dd if=x' }],
  [11, { type: 'action.output', id: 'web1/root', stream: 'stderr', text: 'dd: a word' }],
  [
    11,
    { type: 'action.output', id: 'web1/root', stream: 'notice', text: 'nothing has come from x.iso for 10 s; waiting' },
  ],
  [
    12,
    {
      type: 'action.finished',
      id: 'web1/root',
      result: 'failed',
      seconds: 2,
      error: {
        code: 'command-failed',
        message: 'dd failed with exit code 1',
        command: 'dd if=x',
        lastLines: ['No space left'],
        hint: 'make space',
      },
    },
  ],
  [12, { type: 'domain.finished', domain: 'web1', result: 'failed', addresses: [], sshHostKeys: [] }],
  [12, { type: 'run.finished', result: 'failed', exit: 5, seconds: 12, domains: { dom0: 'done', web1: 'failed' } }],
);

const textOf = (consumer: (write: (text: string) => void) => (event: RunEvent) => void): string => {
  let text = '';
  events.forEach(
    consumer((more) => {
      text += more;
    }),
  );
  return text;
};

test('plain text shows time, domain and title, progress not too often, what people should know, and a failure whole', () => {
  expect(textOf(plainConsumer)).toBe(`12:00:00 run      started: xen1, plan abcdef012345, 2 of 2 actions to do
12:00:00 dom0     Write dom0/root
12:00:01 dom0     Write dom0/root: 10 % (10 of 100 MiB)
12:00:07 dom0     Write dom0/root: 90 % (90 of 100 MiB)
12:00:10 dom0     done: Write dom0/root, 10 s [25 %, about 30 s left]
12:00:10 dom0     done, 192.0.2.7/24
12:00:10 web1     Write web1/root
12:00:11 web1     nothing has come from x.iso for 10 s; waiting
12:00:12 web1     FAILED: Write web1/root after 2 s
  dd failed with exit code 1 [command-failed]
  command: dd if=x
  | No space left
  hint: make space
12:00:12 web1     failed
12:00:12 run      failed after 12 s (exit 5)
`);
});

test('NDJSON is one event a line and can be replayed, also with a torn last line', () => {
  const text = textOf(ndjsonConsumer);
  expect(parseEvents(text)).toEqual(events);
  expect(parseEvents(text.slice(0, -30))).toEqual(events.slice(0, -1));
  expect(() => parseEvents(`x\n${text}`)).toThrow('line 1 is not an event');
  expect(() => parseEvents('')).toThrow('no event');
});

test('the log has every line of output with its action', () => {
  expect(textOf(logConsumer)).toContain('2026-11-23T12:00:11.000Z web1/root $ dd if=x\n');
});

test('the summary tells results, how to log in, what failed, where the time went and how to go on', () => {
  const summary = new Summary();
  for (const event of events) summary.follow(event);
  const text = summary.text({
    logins: {
      dom0: { user: 'admin', byKey: true, bySshPassword: false, byPassword: true, root: 'password' },
      web1: { user: 'root', byKey: true, bySshPassword: false, byPassword: false, root: 'itself' },
    },
    logPath: '/s/log.txt',
    resumeCommand: 'xenwright install p.yaml --resume',
  });
  expect(text).toContain(
    '  dom0         done  192.0.2.7/24\n      log in: ssh admin@192.0.2.7, or at the console; root by sudo\n      host key: SHA256:abc (ED25519)\n',
  );
  expect(text).not.toContain('root@');
  expect(text).toContain('web1: Write web1/root\n    dd failed with exit code 1 [command-failed]\n');
  expect(text).toContain('Log: /s/log.txt\nGo on with: xenwright install p.yaml --resume\n');
  expect(text).toContain('Slowest\n          10 s  Write dom0/root (dom0)\n');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(summary.text({ logins: { dom0: null } })).toContain(
    '  dom0         done  192.0.2.7/24\n      log in: nobody can: ',
  );
});

const started = (id: string): EventBody => ({ type: 'action.started', id });
const done = (id: string, seconds: number): EventBody => ({ type: 'action.finished', id, result: 'done', seconds });
const base = (id: string, weight: number): ReturnType<typeof action> => ({ ...action(id, weight), kind: 'base.build' });
const after = (...bodies: readonly [seconds: number, body: EventBody][]): Estimate => {
  const estimate = new Estimate();
  for (const event of stream(...bodies)) estimate.follow(event);
  return estimate;
};
const begun = (actions: ReturnType<typeof action>[], finished?: string[]): EventBody => ({
  type: 'run.started',
  planHash: 'a',
  hostname: 'h',
  resumed: finished !== undefined,
  ...(finished === undefined ? {} : { finished }),
  actions,
});

test('time left counts only what this part of a resumed run has done', () => {
  const estimate = after(
    [0, begun([action('a/1', 50), action('a/2', 25), action('a/3', 25)], ['a/1'])],
    [0, started('a/2')],
    [10, done('a/2', 10)],
  );
  expect([estimate.percent, estimate.secondsLeft]).toEqual([75, 10]);
});

test('bases that were there already count for nothing, neither as work nor as speed', () => {
  const estimate = after(
    [0, begun([base('b/1', 80), action('a/2', 10), action('a/3', 10)])],
    [0, started('b/1')],
    [0, done('b/1', 0.1)],
    [0, started('a/2')],
    [40, done('a/2', 40)],
  );
  expect([estimate.percent, estimate.secondsLeft]).toEqual([50, 40]);
});

test('what is done beside the target and what is done on it have a speed each', () => {
  const actions = [
    base('b/1', 30),
    { ...base('b/2', 30), needs: ['b/1'] },
    { ...action('a/1', 10), needs: ['b/1'] },
    { ...action('a/2', 10), needs: ['a/1', 'b/2'] },
  ];
  const half = after([0, begun(actions)], [0, started('b/1')], [15, done('b/1', 15)]);
  // Nothing was installed yet: its weights are taken at their word. The second base and the first action side by side.
  expect(half.secondsLeft).toBe(28);
  const more = after(
    [0, begun(actions)],
    [0, started('b/1')],
    [15, done('b/1', 15)],
    [15, started('a/1')],
    [55, done('a/1', 40)],
  );
  expect(more.secondsLeft).toBe(15 + 40);
});

test('nobody guesses at once', () => {
  expect(
    after(
      [0, begun([action('a/1', 10), action('a/2', 10)])],
      [0, started('a/1')],
      [1, { type: 'action.progress', id: 'a/1', done: 1, total: 10, unit: 'MiB' }],
    ).secondsLeft,
  ).toBeNull();
});

test('what can go on side by side is not counted twice', () => {
  const actions = [action('a/1', 10), action('a/2', 10), action('a/3', 20), action('a/4', 20)];
  expect(
    after([0, begun(actions)], [0, started('a/1')], [0, started('a/2')], [10, done('a/1', 10)], [10, done('a/2', 10)])
      .secondsLeft,
  ).toBe(20);
});

test('the bar moves while an action says nothing, and never to its end or back', () => {
  const estimate = after([0, begun([action('a/1', 10), action('a/2', 10)])], [0, started('a/1')]);
  const from = Date.parse(stream([0, started('a/1')])[0]?.time ?? '');
  const seen = [0, 2, 6, 60, 600].map((seconds) => {
    estimate.goOn(from + seconds * 1000);
    return estimate.percent;
  });
  expect(seen.slice(0, 3)).toEqual([0, 10, 30]);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBeLessThan(100);
});

test('gone on with, a run is not further than it was: bases of its first part are no part of the second', () => {
  const actions = [base('b/1', 80), action('a/1', 5), action('a/2', 15)];
  const first = after(
    [0, begun(actions)],
    [0, started('b/1')],
    [0, done('b/1', 0.1)],
    [1, started('a/1')],
    [6, done('a/1', 5)],
  );
  expect([first.percent, after([0, begun(actions, ['b/1', 'a/1'])]).percent]).toEqual([25, 25]);
});

test('a run that was stopped has failed nowhere: it says what is not finished and how to go on', () => {
  const summary = new Summary();
  const stopped = stream(
    [0, begun([action('dom0/root', 10)])],
    [0, started('dom0/root')],
    [
      3,
      {
        type: 'action.finished',
        id: 'dom0/root',
        result: 'failed',
        seconds: 3,
        error: { code: 'interrupted', message: 'stopped with the run', hint: 'go on with --resume' },
      },
    ],
    [3, { type: 'domain.finished', domain: 'dom0', result: 'failed', addresses: [], sshHostKeys: [] }],
    [3, { type: 'run.finished', result: 'interrupted', exit: 130, seconds: 3, domains: { dom0: 'failed' } }],
  );
  let plain = '';
  const show = plainConsumer((text) => {
    plain += text;
  });
  for (const event of stopped) {
    show(event);
    summary.follow(event);
  }
  expect(plain).toContain('dom0     stopped: Write dom0/root after 3 s\n');
  expect(plain).not.toMatch(/FAILED|hint/);
  expect(summary.text({ resumeCommand: 'npm start' })).toBe(
    '\nRun interrupted after 3 s\n  dom0         not finished\n\nLast step: dom0: Write dom0/root\nSo far: steps done: 0 of 1;\n        the target is written in part, nothing else was changed;\n        what is done is kept for another try\nGo on with: npm start\n',
  );
});

test('what a kill has cut off is told by its title, once the resumed run has said what that is', () => {
  let plain = '';
  const show = plainConsumer((text) => {
    plain += text;
  });
  const cut = {
    type: 'action.finished',
    id: 'dom0/root',
    result: 'failed',
    seconds: 0,
    error: { code: 'interrupted', message: 'killed' },
  } as const;
  for (const event of stream([0, cut], [0, begun([action('dom0/root', 10)])], [0, started('dom0/root')])) show(event);
  expect(plain).toMatch(/run +started: .*\n.*dom0 +stopped: Write dom0\/root after 0 s\n.*dom0 +Write dom0\/root\n/);
});

test('what a failure leaves undone is counted, not listed', () => {
  const left = stream(
    [0, begun([action('a/1', 1), action('a/2', 1), action('a/3', 1)])],
    [0, started('a/1')],
    [
      1,
      {
        type: 'action.finished',
        id: 'a/1',
        result: 'failed',
        seconds: 1,
        error: { code: 'command-failed', message: 'dd failed' },
      },
    ],
    ...(['a/2', 'a/3'] as const).map((id): [number, EventBody] => [
      1,
      {
        type: 'action.finished',
        id,
        result: 'skipped',
        seconds: 0,
        error: { code: 'need-failed', message: 'it needs a/1, which is not done' },
      },
    ]),
    [1, { type: 'run.finished', result: 'failed', exit: 5, seconds: 1, domains: { a: 'failed' } }],
  );
  let plain = '';
  left.forEach(
    plainConsumer((text) => {
      plain += text;
    }),
  );
  expect(plain.split('\n').slice(2)).toEqual([
    '12:00:01 a        FAILED: Write a/1 after 1 s',
    '  dd failed [command-failed]',
    '12:00:01 run      2 actions were not started: what they need is not done',
    '12:00:01 run      failed after 1 s (exit 5)',
    '',
  ]);
});

test('seconds read as people say them', () => {
  expect([0.4, 59, 61, 3599, 3660].map(formatSeconds)).toEqual([
    '0 s',
    '59 s',
    '1 min 01 s',
    '59 min 59 s',
    '1 h 01 min',
  ]);
});
