/**
 * Whatever JSON stands in whichever field of an event: nobody who reads it throws, and nothing of it draws on a
 * terminal.
 */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/engine/events.ts';
import { machineLines } from '../../src/rack/line.ts';
import { Machine } from '../../src/rack/machine.ts';
import { statusPage } from '../../src/rack/page.ts';
import { receivedEvents } from '../../src/rack/received.ts';
import { readEventLine, runEventIn } from '../../src/report/event-schema.ts';
import { FirstFailure } from '../../src/report/first-failure.ts';
import { plainConsumer } from '../../src/report/plain.ts';
import { parseEvents } from '../../src/report/replay.ts';
import { Summary } from '../../src/report/summary.ts';
import { beginning, follow, shareOf } from '../../src/ui/run/state.ts';

const head = { seq: 1, time: '2026-11-25T12:00:00.000Z', run: 'r1' };
const action = {
  id: 'dom0/root',
  kind: 'base.write',
  domain: 'dom0',
  title: 'Write the root',
  weight: 10,
  needs: ['host/disk'],
};
const domain = {
  up: false,
  why: 'no address',
  addresses: ['192.0.2.1'],
  sshHostKeys: ['SHA256:abc (ED25519)'],
  seconds: 5,
};
/** One of each type, with every field. */
const EVENTS: readonly Record<string, unknown>[] = [
  {
    ...head,
    type: 'run.started',
    planHash: 'p',
    hostname: 'xen1.example.org',
    resumed: true,
    finished: ['host/disk'],
    actions: [action],
  },
  { ...head, type: 'action.started', id: 'dom0/root' },
  { ...head, type: 'action.output', id: 'dom0/root', stream: 'notice', text: 'waiting' },
  { ...head, type: 'action.progress', id: 'dom0/root', done: 1, total: 2, unit: 'MiB' },
  {
    ...head,
    type: 'action.finished',
    id: 'dom0/root',
    result: 'failed',
    seconds: 2,
    error: { code: 'disk-full', message: 'no space', command: 'dd', lastLines: ['a', 'b'], hint: 'make some' },
  },
  {
    ...head,
    type: 'domain.finished',
    domain: 'dom0',
    result: 'failed',
    addresses: ['192.0.2.1'],
    sshHostKeys: ['256 SHA256:abc root@x (ED25519)'],
  },
  { ...head, type: 'run.finished', result: 'failed', exit: 5, seconds: 9, domains: { dom0: 'failed' } },
  {
    ...head,
    type: 'host.report',
    hostname: 'xen1.example.org',
    boot: 1,
    result: 'failed',
    fallback: false,
    why: 'no Xen',
    dom0: { ...domain, hypervisor: 'xen' },
    domus: [{ ...domain, name: 'web1' }],
  },
];
const NASTY = [
  '__proto__',
  'constructor',
  'toString',
  '\u001b[2J\u0007',
  'a\nb\r\n',
  '\u202e\u2028',
  '\ud800',
  '',
  'x'.repeat(70_000),
  '1e999',
  '-1',
  '9999-99-99T99:99:99Z',
  '+275760-09-13T00:00:00Z',
];

/** Where a value stands in a value, the value itself first. */
function pathsIn(value: unknown): string[][] {
  return [
    [],
    ...(typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, inner]) => pathsIn(inner).map((path) => [key, ...path]))
      : []),
  ];
}
/** As text, since JSON can say what no object here can. */
function withAt(value: unknown, [key, ...rest]: readonly string[], text: string): string {
  if (key === undefined) return text;
  const entries = Object.entries(value as object).map(([name, inner]): [string, string] => [
    name,
    name === key ? withAt(inner, rest, text) : JSON.stringify(inner),
  ]);
  return Array.isArray(value)
    ? `[${entries.map(([, inner]) => inner).join(',')}]`
    : `{${entries.map(([name, inner]) => `${JSON.stringify(name)}:${inner}`).join(',')}}`;
}
const anything = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.constantFrom(...NASTY).map((text) => JSON.stringify(text)),
  fc.constantFrom(
    '1e999',
    '-1e999',
    '1e308',
    '-0',
    '0.5',
    '9007199254740993',
    '{"__proto__":{"a":1}}',
    '[null]',
    'null',
    '{"toString":1,"valueOf":1}',
    '['.repeat(20_000) + ']'.repeat(20_000),
  ),
);
/** Lines with something else in one or two places. */
const line = fc
  .constantFrom(...EVENTS)
  .chain((event) =>
    fc.tuple(fc.constantFrom(...pathsIn(event)), anything).map(([path, text]) => withAt(event, path, text)),
  );
const DRAWS = /[^\P{Cc}\n\t]|[\p{Zl}\p{Zp}\u202e]/u;

/** Everything that reads events, one after the other. */
async function show(lines: readonly string[]): Promise<string> {
  let shown = '';
  const { run, events } = await receivedEvents(lines.join('\n'));
  const machine = new Machine(run);
  let before = machine.view;
  for (const { event } of events) {
    if (event === null) continue;
    machine.follow(event);
    shown += machineLines(machine.view, before) + machineLines(machine.view, null);
    before = machine.view;
    expect(JSON.parse(JSON.stringify(before))).toMatchObject({ percent: expect.any(Number) });
  }
  // Of one that has said nothing yet no page tells.
  if (before.lastTime !== '') shown += statusPage([before], Date.parse(head.time));
  const [summary, failure, state] = [new Summary(), new FirstFailure(), beginning()];
  const plain = plainConsumer((text) => {
    shown += text;
  });
  for (const event of lines.map(runEventIn).filter((one): one is RunEvent => one !== null)) {
    plain(event);
    summary.follow(event);
    failure.follow(event);
    follow(state, event);
    for (const pane of state.panes) expect(shareOf(pane)).toBeLessThanOrEqual(1);
  }
  return `${shown}${summary.text({ logins: { dom0: null } })}${failure.get()?.error.message ?? ''}`;
}

describe('an event that is read back', () => {
  it('is what was sent, of every type, and nothing more', () => {
    for (const event of EVENTS)
      expect(readEventLine(JSON.stringify({ ...event, more: 1 }))).toEqual({
        head: { ...head, type: event['type'] },
        event,
      });
  });
  it('never makes a reader throw or a terminal obey, whatever stands in its fields', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 4 }), async (lines) => {
        const shown = await show([...lines, ...EVENTS.map((event) => JSON.stringify(event)), ...lines]);
        expect(DRAWS.test(shown), JSON.stringify(shown.slice(0, 3000))).toBe(false);
        expect(shown).not.toContain('[object Object]');
        expect(shown).not.toMatch(/(NaN|Infinity) (%|s|min|h)\b/);
      }),
      { numRuns: 150 },
    );
    expect(({} as { a?: unknown }).a).toBeUndefined();
  });
  it('has the types that it must have: every field with an object, a list or a number that is none in its place is told by name', () => {
    for (const event of EVENTS) {
      for (const path of pathsIn(event)) {
        if (path.length === 0 || path.at(-1) === 'stream') continue;
        const read = readEventLine(withAt(event, path, '{"a":[1e999]}'));
        expect(read, path.join('.')).toMatchObject({ fault: expect.stringContaining(path[0] ?? '') });
      }
    }
  });
  it('is told from what is none', () => {
    const begun = JSON.stringify(EVENTS[0]);
    for (const [bad, words] of [
      ['null', /expected object/],
      ['[]', /expected object/],
      ['{', /not JSON/],
      [begun.replace('"seq":1', '"seq":"1"'), /^seq: /],
      [begun.replace('"seq":1', '"seq":0'), /^seq: /],
      [begun.replace('"seq":1', '"seq":1e999'), /^seq: /],
      [begun.replace('2026-11-25T', ''), /^time: /],
      [begun.replace('"r1"', '"../../etc/passwd"'), /^run: /],
      [begun.replace('"weight":10', '"weight":-1'), /^actions\.0\.weight: /],
    ] as const)
      expect(readEventLine(bad), bad).toMatchObject({ fault: expect.stringMatching(words) });
    expect(readEventLine(JSON.stringify({ ...head, type: '__proto__' }))).toMatchObject({ event: null });
  });
  it('is drawn again from a recording, whose line that is none is named; what belongs to no run is passed over', () => {
    const lines = EVENTS.map((event) => JSON.stringify(event));
    expect(
      parseEvents(`${lines.join('\n')}\n${JSON.stringify({ ...head, type: 'news' })}\n`).map(({ type }) => type),
    ).toEqual(EVENTS.slice(0, -1).map(({ type }) => type));
    const [first = ''] = lines;
    expect(() =>
      parseEvents(`${first}\n${JSON.stringify({ ...EVENTS[4], error: { code: 'x', message: 'y', hint: {} } })}\n`),
    ).toThrow('line 2 is not an event: error.hint: ');
    expect(parseEvents(`${first}\n${first.slice(0, -9)}`)).toHaveLength(1);
  });
});
