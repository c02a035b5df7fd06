import { expect, test } from 'vitest';
import type { EventBody } from '../../src/engine/events.ts';
import { machineLines } from '../../src/rack/line.ts';
import { Machine } from '../../src/rack/machine.ts';
import { statusPage } from '../../src/rack/page.ts';
import { KnownLines } from '../../src/rack/known-lines.ts';
import { receivedEvents } from '../../src/rack/received.ts';
import { rangeOf, routeOf } from '../../src/rack/routes.ts';
import type { HostReport, ReportedEvent } from '../../src/report/host-report.ts';

const at = (seq: number, body: EventBody): ReportedEvent => ({
  seq,
  time: `2026-11-25T12:00:${String(seq).padStart(2, '0')}.000Z`,
  run: 'r1',
  ...body,
});
const action = (id: string): Extract<EventBody, { type: 'run.started' }>['actions'][number] => ({
  id,
  kind: 'base.write',
  domain: id.split('/')[0] ?? '',
  title: `Write ${id}`,
  weight: 10,
  needs: [],
});
const begun = at(1, {
  type: 'run.started',
  planHash: 'p',
  hostname: 'xen1.example.org',
  resumed: false,
  actions: [action('dom0/root'), action('web1/root')],
});
const word: HostReport = {
  seq: 1_000_001,
  time: '2026-11-25T12:10:00.000Z',
  run: 'r1',
  type: 'host.report',
  hostname: 'xen1.example.org',
  boot: 1,
  result: 'up',
  fallback: false,
  why: null,
  dom0: { up: true, hypervisor: 'xen', addresses: ['192.0.2.10'], sshHostKeys: ['SHA256:abc (ED25519)'], seconds: 60 },
  domus: [{ name: 'web1', up: true, why: null, addresses: ['192.0.2.21'], sshHostKeys: [], seconds: 30 }],
};
const after = (...events: ReportedEvent[]): Machine => {
  const machine = new Machine('r1');
  for (const event of events) machine.follow(event);
  return machine;
};

test('a machine is shown at work, failed with what to do, installed, and up only when the host itself says so', () => {
  const started = [
    begun,
    at(2, { type: 'action.started', id: 'dom0/root' }),
    at(3, { type: 'action.progress', id: 'dom0/root', done: 1, total: 2, unit: 'MiB' }),
  ];
  expect(after(...started).view).toMatchObject({
    hostname: 'xen1.example.org',
    state: 'running',
    phase: 'Write dom0/root',
    percent: 25,
  });
  const failed = at(4, {
    type: 'action.finished',
    id: 'dom0/root',
    result: 'failed',
    seconds: 2,
    error: { code: 'disk-full', message: 'no space', hint: 'make some' },
  });
  const undone = at(5, {
    type: 'action.finished',
    id: 'web1/root',
    result: 'skipped',
    seconds: 0,
    error: { code: 'need-failed', message: 'it needs dom0/root' },
  });
  expect(after(...started, failed, undone).view).toMatchObject({
    percent: 25,
    failure: { domain: 'dom0', title: 'Write dom0/root', message: 'no space', hint: 'make some' },
  });
  const ended = at(5, { type: 'run.finished', result: 'done', exit: 0, seconds: 5, domains: {} });
  expect(after(...started, ended).view).toMatchObject({
    state: 'installed',
    phase: expect.stringContaining('not reported yet'),
  });
  expect(after(...started, ended, word).view).toMatchObject({
    state: 'up',
    percent: 100,
    domains: [
      { name: 'dom0', state: 'up' },
      { name: 'web1', state: 'up', addresses: ['192.0.2.21'] },
    ],
  });
  expect(after(begun, { ...word, result: 'failed', fallback: true, why: 'Xen did not come up' }).view).toMatchObject({
    state: 'failed',
    phase: 'Xen did not come up',
  });
  expect(after(begun, { ...word, seq: 1_000_002, boot: 2, result: 'failed' }, word).view.state).toBe('failed');
});

test('what a machine waits for is the first that is seen of it', () => {
  const begins = [
    begun,
    at(2, { type: 'action.started', id: 'dom0/root' }),
    at(3, { type: 'action.started', id: 'web1/root' }),
  ];
  const waits = at(4, {
    type: 'action.output',
    id: 'web1/root',
    stream: 'notice',
    text: 'nothing has come from x.iso for 10 s; waiting',
  });
  expect(
    after(...begins, waits, at(5, { type: 'action.output', id: 'dom0/root', stream: 'stderr', text: 'a word' })).view
      .phase,
  ).toBe('Write web1/root: nothing has come from x.iso for 10 s; waiting, and 1 more');
  expect(
    after(...begins, waits, at(5, { type: 'action.finished', id: 'web1/root', result: 'done', seconds: 9 })).view.phase,
  ).toBe('Write dom0/root');
});

test('the page shows what was sent as text, whatever it is', () => {
  const machine = after({ ...begun, hostname: '<script>alert(1)</script>' } as ReportedEvent, {
    ...word,
    hostname: '"><img src=x>',
    why: '&',
  });
  const page = statusPage([machine.view], Date.parse(word.time) + 5_000);
  expect(page).not.toMatch(/<script|<img/);
  expect(page).toContain('&quot;&gt;&lt;img src=x&gt;');
  expect(page).toContain('1 up');
  expect(page).toContain('last heard 5 s ago');
  expect(statusPage([after(begun).view], Date.parse(begun.time) + 600_000)).toContain(
    'silent: last heard 10 min 00 s ago',
  );
});

test('a line in the terminal has no control characters of the sender', () => {
  expect(machineLines(after({ ...begun, hostname: 'xen1\u001b[2J\u0007' } as ReportedEvent).view, null)).toMatch(
    /^12:00:01 xen1 \[2J {2,}/,
  );
  const forging = machineLines(
    after(begun, {
      ...word,
      result: 'failed',
      domus: [
        {
          name: 'web1',
          up: false,
          why: 'no\u202e disk\n12:10:00 xen2 up',
          addresses: [],
          sshHostKeys: [],
          seconds: null,
        },
      ],
    }).view,
    null,
  );
  expect(forging.trimEnd().split('\n')).toHaveLength(3);
  expect(forging).not.toMatch(/\p{Cf}/u);
});

test('only whole and honest events of one run are taken', async () => {
  const line = JSON.stringify(begun);
  expect(await receivedEvents(`${line}\n`)).toEqual({
    run: 'r1',
    events: [{ head: { seq: 1, time: begun.time, run: 'r1', type: 'run.started' }, event: begun, line }],
    faults: [],
  });
  for (const bad of [
    '',
    'x',
    line.slice(0, -5),
    JSON.stringify({ ...begun, run: '../../etc/passwd' }),
    JSON.stringify({ ...begun, actions: [1] }),
    JSON.stringify({ ...begun, hostname: {} }),
    JSON.stringify({ ...word, domus: {} }),
    JSON.stringify({ ...begun, time: 'soon' }),
    JSON.stringify({ ...begun, time: 0 }),
    JSON.stringify({ ...word, why: {} }),
    JSON.stringify({ ...word, dom0: { ...word.dom0, why: [1] } }),
    `${line}\n${JSON.stringify({ ...begun, run: 'r2' })}`,
  ])
    expect(await receivedEvents(bad), bad).toMatchObject({ events: [], faults: [expect.stringMatching(/\w/)] });
  // A later Xenwright may say more.
  expect(await receivedEvents(JSON.stringify({ seq: 9, time: begun.time, run: 'r1', type: 'news' }))).toMatchObject({
    run: 'r1',
    events: [{ event: null, head: { seq: 9 } }],
    faults: [],
  });
});

test('what comes again is dropped, and what comes under known numbers after a power cut is not', () => {
  const lines = new KnownLines();
  const take = (event: ReportedEvent): boolean => {
    const line = JSON.stringify(event);
    if (lines.has(event, line)) return false;
    lines.note(event, line);
    return true;
  };
  const first = [
    begun,
    at(2, { type: 'action.started', id: 'dom0/root' }),
    at(3, { type: 'action.progress', id: 'dom0/root', done: 1, total: 2, unit: 'MiB' }),
  ];
  expect(first.map((event) => take(event))).toEqual([true, true, true]);
  expect(first.map((event) => take(event))).toEqual([false, false, false]);
  // The disk had only the first.
  const later = (seq: number, body: EventBody): ReportedEvent => ({
    ...at(seq, body),
    time: `2026-11-25T12:30:${String(seq).padStart(2, '0')}.000Z`,
  });
  const resumed = [
    later(2, { type: 'action.started', id: 'dom0/root' }),
    later(3, { type: 'action.finished', id: 'dom0/root', result: 'done', seconds: 1 }),
  ];
  expect(resumed.map((event) => take(event))).toEqual([true, true]);
  expect([...resumed, ...first].map((event) => take(event))).toEqual([false, false, false, false, false]);
  expect([take(word), take(word)]).toEqual([true, false]);
});

test('no path leads out of the folder, to what is hidden or to what was received', () => {
  for (const path of ['/../x', '/a/../../x', '/%2e%2e/x', '/a%2f..%2fx', '/..%5cx', '/a%00.yaml', '/%zz', 'http://x/'])
    expect(routeOf('GET', path)).toMatchObject({ kind: 'refused', status: 400 });
  for (const path of ['/.git/config', '/a/.env', '/reports/r1.ndjson', '/%72eports/r1.ndjson'])
    expect(routeOf('GET', path)).toMatchObject({ kind: 'refused', status: 404 });
  expect(routeOf('GET', '/bundles/x.tar.gz')).toMatchObject({ kind: 'refused', status: 405 });
  expect(routeOf('PUT', '/bundles/x.sh')).toMatchObject({ kind: 'refused', status: 400 });
  expect(routeOf('PUT', '/bundles/xen1-2026.tar.gz')).toEqual({ kind: 'bundle', name: 'xen1-2026.tar.gz' });
  expect(routeOf('POST', '/host.yaml')).toMatchObject({ status: 405 });
  expect(routeOf('GET', '/live/vmlinuz')).toEqual({ kind: 'file', parts: ['live', 'vmlinuz'] });
});

test('ranges are those of RFC 9110', () => {
  expect(
    [
      undefined,
      'bytes=0-9',
      'bytes=90-',
      'bytes=-10',
      'bytes=5-500',
      'bytes=100-',
      'bytes=9-3',
      'bytes=-',
      'lines=1-2',
    ].map((header) => rangeOf(header, 100)),
  ).toEqual([
    'whole',
    { start: 0, end: 9 },
    { start: 90, end: 99 },
    { start: 90, end: 99 },
    { start: 5, end: 99 },
    'none',
    'none',
    'whole',
    'whole',
  ]);
});
