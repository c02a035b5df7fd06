/** What the server of a rack makes of machines that lie, and of more machines than it can remember. */
import { expect, test } from 'vitest';
import type { Kept, ReportStore } from '../../src/rack/ports.ts';
import { receivedEvents } from '../../src/rack/received.ts';
import { Station, type StationLimits } from '../../src/rack/station.ts';

const TIME = '2026-11-25T12:00:00.000Z';
const line = (run: string, seq: number, body: object): string => JSON.stringify({ seq, time: TIME, run, ...body });
const begun = (run: string, hostname = run): string =>
  line(run, 1, {
    type: 'run.started',
    planHash: 'p',
    hostname,
    actions: [{ id: 'dom0/root', kind: 'base.write', domain: 'dom0', title: 'Write the root', weight: 1 }],
  });
const started = (run: string, seq: number): string => line(run, seq, { type: 'action.started', id: 'dom0/root' });
const report = (run: string, body: object): string =>
  line(run, 1_000_001, {
    type: 'host.report',
    hostname: 'xen1',
    boot: 1,
    result: 'up',
    dom0: { up: true, addresses: [], sshHostKeys: [] },
    domus: [],
    ...body,
  });

interface Fixture {
  readonly station: Station;
  readonly kept: string[];
  send(sender: string, ...lines: string[]): Promise<Kept>;
}
function stationWith(limits: Partial<StationLimits> = {}): Fixture {
  const kept: string[] = [];
  const store: ReportStore = {
    replay: async () => undefined,
    append: async (_, lines) => {
      kept.push(...lines);
      return 'kept';
    },
    saveBundle: async () => 'kept',
  };
  const station = new Station(store, () => undefined, limits);
  return {
    station,
    kept,
    send: async (sender, ...lines) => await station.take(await receivedEvents(lines.join('\n')), sender),
  };
}

test('a forged number or time silences nothing that is said later under honest ones', async () => {
  const { station, kept, send } = stationWith();
  await send('a', begun('r1'));
  await send(
    'liar',
    line('r1', Number.MAX_SAFE_INTEGER, { type: 'action.progress', id: 'x', done: 1, total: 1, time: TIME }),
    JSON.stringify({ ...(JSON.parse(started('r1', 2)) as object), time: '9999-12-31T23:59:59Z', id: 'forged' }),
    ...[3, 4].map((seq) => line('r1', seq, { type: 'news' })),
  );
  const honest = [
    started('r1', 2),
    line('r1', 3, { type: 'action.finished', id: 'dom0/root', result: 'done', seconds: 1 }),
  ];
  await send('a', ...honest);
  await send('a', ...honest);
  for (const one of honest) expect(kept.filter((other) => other === one)).toHaveLength(1);
  await send('a', line('r1', 4, { type: 'run.finished', result: 'done', exit: 0 }));
  expect(station.machines[0]).toMatchObject({ state: 'installed' });
});

test('when a machine was heard is told by the clock of the server', async () => {
  const { station, send } = stationWith();
  const before = Date.now();
  await send('liar', begun('r1').replace(TIME, '9999-12-31T23:59:59Z'));
  await send('a', begun('r2'));
  expect(station.machines.map(({ run }) => run).toSorted()).toEqual(['r1', 'r2']);
  for (const { lastTime } of station.machines) {
    expect(Date.parse(lastTime)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(lastTime)).toBeLessThanOrEqual(Date.now());
  }
});

test('a forged start of a host does not silence its later reports, and a late one of an earlier start changes nothing', async () => {
  const { station, send } = stationWith();
  const now = (): string => new Date(Date.now() + 1000).toISOString();
  await send('liar', report('r1', { boot: 1e9, result: 'failed', why: 'forged', time: '9998-01-01T00:00:00Z' }));
  await send('a', report('r1', { boot: 2, time: now() }));
  expect(station.machines[0]).toMatchObject({ state: 'up' });
  await send('a', report('r1', { boot: 1, result: 'failed', time: TIME }));
  expect(station.machines[0]).toMatchObject({ state: 'up' });
});

test('a forged end does not outlast the work that goes on', async () => {
  const { station, send } = stationWith();
  await send('a', begun('r1'));
  await send('liar', line('r1', 900, { type: 'run.finished', result: 'failed', exit: 5 }));
  expect(station.machines[0]).toMatchObject({ state: 'failed' });
  await send('a', started('r1', 2));
  expect(station.machines[0]).toMatchObject({ state: 'running', phase: 'Write the root' });
});

test('where there are too many machines, whoever has brought most of them loses the one that was silent longest', async () => {
  const { station, send } = stationWith({ machines: 10 });
  await send('a', begun('honest1'));
  await send('b', begun('honest2'));
  for (let number = 0; number < 50; number++) expect(await send('liar', begun(`lie${number}`))).toBe('kept');
  const runs = station.machines.map(({ run }) => run);
  expect(runs).toHaveLength(10);
  expect(runs).toEqual(expect.arrayContaining(['honest1', 'honest2', 'lie49']));
});

test('what is remembered is bounded, and machines with little are remembered', async () => {
  const { station, send } = stationWith({ heldBytes: 100_000, shownBytes: 50_000, lineBytes: 40_000 });
  await send('a', begun('honest'));
  for (let number = 0; number < 30; number++) {
    await send('liar', begun(`lie${number}`, 'x'.repeat(1000)), line(`lie${number}`, 1e6 + number, { type: 'news' }));
    await send(
      'liar',
      begun('large'),
      started('large', 2),
      ...Array.from({ length: 40 }, (_, index) =>
        line('large', number * 1e6 + index * 1000 + 7, {
          type: 'domain.finished',
          domain: `d${number}-${index}`,
          result: 'done',
          addresses: ['x'.repeat(1000)],
          sshHostKeys: [],
        }),
      ),
    );
  }
  expect(station.machines.map(({ run }) => run)).toContain('honest');
  expect(JSON.stringify(station.machines).length).toBeLessThan(150_000);
});
