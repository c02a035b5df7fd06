/** When the host is looked at: at once when something happens, and hardly ever while nothing does. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startHostSession, type HostSession } from '../../../src/ui/host/session.ts';
import { domu, overviewOf, pretendHost, stopped, type PretendedHost } from '../host-pretend.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
let session: HostSession | null = null;
afterEach(() => {
  session?.close();
  vi.useRealTimers();
});
const COMMANDS = new Set(['domu start', 'domu stop', 'domu console', 'domu log', 'domu restart']);

async function open(host: PretendedHost, framesPerSecond = 15): Promise<HostSession> {
  session = startHostSession({ size: { columns: 80, rows: 24 }, framesPerSecond, commands: COMMANDS }, host);
  await vi.advanceTimersByTimeAsync(10);
  return session;
}
const key = (char: string) => ({ type: 'key', press: { char } }) as const;
const named = (name: 'down' | 'enter') => ({ type: 'key', press: { key: name } }) as const;
const MINUTE_MS = 60_000;

describe('while nothing happens', () => {
  test('an hour is one look, a few checks, and one xl list in ten seconds', async () => {
    const host = pretendHost();
    await open(host);
    await vi.advanceTimersByTimeAsync(60 * MINUTE_MS);
    expect(host.asked.looks).toBe(1);
    expect(host.asked.checks).toBeLessThanOrEqual(5);
    expect(host.asked.figures).toBeGreaterThan(300);
    expect(host.asked.figures).toBeLessThanOrEqual(361);
  });

  test('a slow line gets its figures once a minute', async () => {
    const host = pretendHost();
    await open(host, 0.5);
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    expect(host.asked.figures).toBeLessThanOrEqual(11);
  });
});

describe('when something happens', () => {
  test('it is there within a second, and what comes together is looked at once', async () => {
    const host = pretendHost();
    const { getSnapshot } = await open(host);
    for (let time = 0; time < 50; time++) host.change(overviewOf([domu('new')]));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(getSnapshot().state.overview?.list.domus.map(({ name }) => name)).toEqual(['new']);
    expect(host.asked.looks).toBe(2);
  });

  test('what happens during a look is not lost', async () => {
    const host = pretendHost();
    const { getSnapshot } = await open(host);
    const slow = Promise.withResolvers<void>();
    const { look } = host;
    host.look = async () => {
      const seen = await look();
      await slow.promise;
      return seen;
    };
    host.change(overviewOf([domu('first')]));
    await vi.advanceTimersByTimeAsync(500);
    host.change(overviewOf([domu('second')]));
    slow.resolve();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(getSnapshot().state.overview?.list.domus.map(({ name }) => name)).toEqual(['second']);
  });

  test('a guest that writes without end does not have Dom0 look without end', async () => {
    const host = pretendHost();
    const { look } = host;
    // A host where a look takes half a second.
    host.look = async () => {
      await new Promise((resolve) => {
        setTimeout(resolve, 500);
      });
      return await look();
    };
    await open(host);
    for (let tenth = 0; tenth < 10 * 60 * 5; tenth++) {
      host.change(host.overview);
      await vi.advanceTimersByTimeAsync(100);
    }
    // Five minutes: at the most a twentieth of the time, after the first few.
    expect(host.asked.looks).toBeLessThan(40);
  });

  test('a domain that pauses is seen by the figures, as xenstore says nothing of it', async () => {
    const host = pretendHost();
    const { getSnapshot } = await open(host);
    await vi.advanceTimersByTimeAsync(5_000);
    const paused = [domu('web1', { state: 'paused' }), stopped('db1')];
    host.overview = {
      ...overviewOf(paused),
      domains: overviewOf(paused).domains.map((one) => (one.number === 0 ? one : { ...one, flags: '--p---' })),
    };
    await vi.advanceTimersByTimeAsync(12_000);
    expect(getSnapshot().state.overview?.list.domus[0]?.state).toBe('paused');
  });
});

describe('commands', () => {
  test('what ends is looked at at once, also on a host that looks slowly', async () => {
    const host = pretendHost([stopped('db1')]);
    const { send, getSnapshot } = await open(host);
    send(key('s'));
    await vi.advanceTimersByTimeAsync(50);
    expect(host.ran).toEqual(['domu start db1']);
    host.overview = overviewOf([domu('db1')]);
    host.say('db1: up');
    host.end(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(getSnapshot().state.overview?.list.domus[0]?.state).toBe('running');
    expect(getSnapshot().state.tasks).toMatchObject([{ name: 'db1', code: 0, lines: ['db1: up'] }]);
  });

  test('one that cannot even be started is told, and ends nothing', async () => {
    const host = pretendHost([stopped('db1')]);
    host.runBehind = async () => {
      throw new Error('spawn ENOMEM');
    };
    const { send, getSnapshot } = await open(host);
    send(key('s'));
    await vi.advanceTimersByTimeAsync(200);
    expect(getSnapshot().state.tasks).toMatchObject([{ code: 1, lines: ['spawn ENOMEM'] }]);
    expect(getSnapshot().view.outcome).toBeNull();
  });

  test('nothing is looked at while a command has the terminal', async () => {
    const host = pretendHost([domu('web1')]);
    const back = Promise.withResolvers<number>();
    host.runInFront = async () => await back.promise;
    const { send } = await open(host);
    await vi.advanceTimersByTimeAsync(15_000);
    const before = { ...host.asked };
    send(key('c'));
    await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);
    host.change(overviewOf([]));
    await vi.advanceTimersByTimeAsync(MINUTE_MS);
    expect(host.asked).toEqual(before);
    back.resolve(0);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(host.asked.looks).toBe(before.looks + 1);
  });

  test('an answer to a question about a DomU that is gone meanwhile is for nobody else', async () => {
    const host = pretendHost([domu('web1'), domu('web2', { domid: 2 })]);
    const { send } = await open(host);
    send(named('enter'));
    host.change(overviewOf([domu('web2', { domid: 2 })]));
    await vi.advanceTimersByTimeAsync(1_000);
    send(key('t'));
    send(named('down'));
    send(named('enter'));
    await vi.advanceTimersByTimeAsync(50);
    expect(host.ran).toEqual([]);
  });
});
