/** The DomUs in `host status`: up, down and why, starting over and over, and what their health checks say. */
import { describe, expect, test } from 'vitest';
import { domus, judgeDomus, type DomusSeen } from '../../../src/host/status/checks/domus.ts';
import type { StatusPort } from '../../../src/host/status/port.ts';
import { MISSING, said, short } from './answers.ts';

type Seen = DomusSeen['domus'][number];
const UP: Seen = {
  name: 'web1',
  known: { autostart: true, trouble: null, isInRescue: false, reports: true },
  domain: { state: 'running', guest: { state: 'up', why: null, addresses: [] } },
  started: null,
  log: '',
  uptimeSeconds: 9000,
  isSaved: false,
  unwell: [],
};
const ends = (...reasons: readonly number[]): string =>
  reasons
    .map(
      (reason, index) => `Domain ${index + 1} has shut down, reason code ${reason} 0x${reason}\nDone. Rebooting now\n`,
    )
    .join('');

function judged(change: Partial<Seen>): string {
  const found = judgeDomus({ isDom0: true, isRoot: true, why: null, domus: [{ ...UP, ...change }] });
  return found.slice(1).map(short).join('; ');
}

describe('one DomU', () => {
  const guest = { state: null, why: null, addresses: [] } as const;
  const running = { state: 'running', guest } as const;
  test.each([
    [{}, 'ok domus.up: web1 is up'],
    [{ domain: running }, 'critical domus.silent: web1 runs, but has not said that it is up'],
    [{ domain: running, uptimeSeconds: 20 }, 'warning domus.starting'],
    [{ domain: running, known: { autostart: true, trouble: null, isInRescue: false, reports: false } }, 'ok domus.up'],
    [
      { domain: { state: 'running', guest: { ...guest, state: 'failed', why: 'unit nginx' } } },
      'critical domus.failed: web1 says that it failed to start: unit nginx',
    ],
    [{ domain: { ...running, state: 'crashed' } }, 'critical domus.crashed'],
    [{ domain: { ...running, state: 'paused' } }, 'warning domus.paused'],
    [{ unwell: ['port 80: connect ECONNREFUSED'] }, 'critical domus.unwell: web1 fails its health checks: port 80'],
    [{ log: ends(1, 1, 1), uptimeSeconds: 60 }, 'warning domus.again: web1 starts over and over (restarts: 3)'],
    [{ log: ends(1, 3, 1), uptimeSeconds: 60 }, 'critical domus.again'],
    [{ log: ends(1, 3, 1), uptimeSeconds: 90_000 }, 'ok domus.up'],
    [{ log: ends(0, 2, 0), uptimeSeconds: 60 }, 'ok domus.up'],
    [{ domain: null }, 'critical domus.down: web1 is down'],
    [
      { domain: null, started: '{"created":false,"why":"xl create: not enough memory"}' },
      'critical domus.downWhy: web1 is down: xl create: not enough memory',
    ],
    [{ domain: null, started: '{"stopped":true,"why":"it was stopped"}' }, 'warning domus.stopped'],
    [
      {
        domain: null,
        known: { autostart: true, trouble: null, isInRescue: true, reports: true },
        started: '{"stopped":true,"why":"it is being rescued"}',
      },
      'warning domus.rescue: web1 is being rescued',
    ],
    [{ domain: null, isSaved: true }, 'warning domus.saved'],
    [{ domain: null, log: ends(3) }, 'critical domus.gone'],
    [{ domain: null, known: { autostart: false, trouble: null, isInRescue: false, reports: true } }, ''],
    [
      {
        domain: null,
        known: { autostart: false, trouble: '/etc/xenwright/domus/web1.json', isInRescue: false, reports: false },
      },
      'unknown domus.record',
    ],
    [{ known: null }, 'ok domus.up'],
  ] as readonly (readonly [Partial<Seen>, string])[])('%j', (change, wanted) => {
    expect(judged(change).startsWith(wanted)).toBe(true);
    if (wanted === '') expect(judged(change)).toBe('');
  });

  test('without Xen all that should run are down at once; who is not root is told so', () => {
    const all = [UP, { ...UP, name: 'db' }];
    expect(judgeDomus({ isDom0: false, isRoot: true, why: '', domus: all }).map(short)).toEqual([
      'critical domus.noXen: no DomU runs, as Xen does not run; DomUs that should: 2',
    ]);
    expect(judgeDomus({ isDom0: true, isRoot: false, why: 'denied', domus: all }).map(short)).toEqual([
      'unknown unknown.root: xl list only answers root',
    ]);
  });
});

/** A host with one DomU that has a health check and one that somebody wrote by hand. */
function port(lists: readonly string[], more: Partial<StatusPort> = {}): StatusPort {
  const files: Readonly<Record<string, string>> = {
    '/proc/xen/capabilities': 'control_d\n',
    '/etc/xenwright/domus/web1.json': JSON.stringify({
      name: 'web1',
      config: '/etc/xen/web1.cfg',
      autostart: true,
      reports: true,
      health: [{ tcp: 80 }, { tcp: 'rm -rf' }, { http: 'http://localhost/up', status: 200 }],
    }),
    '/etc/xen/hand.cfg': 'name = "hand"\nmemory = 512\n',
  };
  const left = [...lists];
  return {
    read: async (path) => files[path] ?? null,
    readHex: async () => null,
    list: async (path) =>
      ({ '/etc/xenwright/domus': ['web1.json'], '/etc/xen': ['hand.cfg'], '/etc/xen/auto': ['hand.cfg'] })[path] ?? [],
    link: async (path) => (path === '/etc/xen/auto/hand.cfg' ? '/etc/xen/hand.cfg' : null),
    run: async () => null,
    ask: async (argv) => {
      const words = argv.join(' ');
      if (words === 'xl list') return said((left.length > 1 ? left.shift() : left[0]) ?? '');
      if (words === 'xl uptime') return said('Name ID Uptime\nweb1      3   1 day,  2:03:04\nhand     4   0:00:09\n');
      if (words === 'xenstore-ls -f /local/domain')
        return said(
          '/local/domain/3/data/xenwright/state = "up"\n/local/domain/3/data/xenwright/addresses = "127.0.0.1 10.0.0.1 10.0.0.9"\n',
        );
      if (words === 'ip -j addr show') return said('[{"ifname":"xenbr0","addr_info":[{"local":"10.0.0.1"}]}]');
      return MISSING;
    },
    healthy: async (check, address) => ('tcp' in check && check.tcp === 80 ? `port 80 of ${address}: refused` : null),
    pause: async () => undefined,
    now: () => 0,
    isRoot: true,
    ...more,
  };
}
const HEAD =
  'Name                ID   Mem VCPUs\tState\tTime(s)\nDomain-0             0  1536     2     r-----      95.4\n';
const WEB = 'web1                 3   384     1     -b----       9.1\n';
const HAND = 'hand                 4   384     1     -b----       9.1\n';

describe('all DomUs of a host', () => {
  test('health is asked where the guest says it is, never at an address of Dom0', async () => {
    expect((await domus.run(port([HEAD + WEB + HAND]))).map(short)).toEqual([
      'ok domus.summary: DomUs that start with the host: 1 of 2 up',
      'ok domus.up: hand is up',
      'critical domus.unwell: web1 fails its health checks: port 80 of 10.0.0.9: refused',
    ]);
  });

  test('one that restarts at this moment is asked for again before it counts as down', async () => {
    const found = await domus.run(port([HEAD + WEB, HEAD + WEB + HAND], { healthy: async () => null }));
    expect(found.map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
    const gone = await domus.run(port([HEAD + WEB], { healthy: async () => null }));
    expect(gone.map(short)[1]).toBe('critical domus.down: hand is down');
  });

  test('a name that is an option or draws on the terminal is text', async () => {
    const evil = '--\u001b[2J\u202e       5   384     1     -b----       9.1\n';
    const found = await domus.run(port([HEAD + WEB + HAND + evil]));
    // oxlint-disable-next-line no-control-regex
    expect(found.map(short).filter((line) => /[\u0000-\u001f\u202e]/.test(line))).toEqual([]);
    expect(found).toHaveLength(4);
  });
});
