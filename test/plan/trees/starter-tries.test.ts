/** What the starter of DomUs does where starting goes wrong, against Xen tools that stand in. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asset } from '../../assets.ts';
import { StandInXl } from './stand-in-xl.ts';

const DOMUS = asset('host/domus.py');
let xen: StandInXl;
beforeEach(() => {
  xen = new StandInXl();
});
afterEach(() => {
  xen.close();
});

/** It runs for a moment, ends for this reason (0 is switched off, 1 rebooted, 3 crashed), and its process says so. */
const ends = (name: string, reason: number, ...after: readonly string[]): string[] => [
  'sleep 0.2',
  `rm -f up/${name}`,
  `echo "Domain 7 has shut down, reason code ${reason} 0x${reason}"`,
  ...after,
];
const creates = (name: string): number => xen.done.filter((line) => line === `create /etc/xen/${name}.cfg`).length;

describe('fifty guests whose hotplug scripts wait for one lock', () => {
  const names = Array.from({ length: 50 }, (_, index) => `g${index + 1}`);
  const atOnce = (): number => Math.max(...xen.read('at-once').trim().split('\n').map(Number));

  it('are all started, and none runs out of libxl’s time, where scripts are slow', () => {
    for (const name of names) xen.record(name);
    xen.put('hotplug', '0.12 0.8');
    const { err } = xen.run(DOMUS, ['start'], { XENWRIGHT_HOTPLUG_SECONDS: '0.8' });
    expect([err, xen.read('too-late')]).toEqual(['', '']);
    expect(xen.done).toHaveLength(50);
    for (const name of names)
      expect(xen.note(name)).toMatchObject({ created: true, why: null, attempts: 1, again: false });
  }, 120_000);

  it('are started several at once where scripts are fast', () => {
    for (const name of names) xen.record(name);
    xen.put('hotplug', '0 5');
    xen.run(DOMUS, ['start']);
    expect(xen.done).toHaveLength(50);
    expect(atOnce()).toBeGreaterThan(1);
    expect(atOnce()).toBeLessThanOrEqual(8);
  }, 120_000);
});

describe('a guest that dies before it was up', () => {
  it('is started again, but not while the process of xl that restarts it lives', () => {
    xen.record('web1');
    // What a triple fault looks like whose restart ran out of its time.
    xen.fate(
      'web1',
      1,
      ends(
        'web1',
        1,
        'echo "Done. Rebooting now"',
        'sleep 1.5',
        'echo "libxl: error: Domain 8:unable to add disk devices"',
        'echo "the old one ends" >>log',
      ),
    );
    const { out, err } = xen.run(DOMUS, ['start']);
    expect(err).toBe('');
    expect(out).toContain('web1: it is gone before it was up; trying again');
    const story = xen
      .read('log')
      .split('\n')
      .filter((line) => /^create|^the old/.test(line))
      .map((line) => line.split(' ')[0]);
    expect(story).toEqual(['create', 'the', 'create']);
    expect(xen.note('web1')).toMatchObject({ created: true, why: null, attempts: 2, again: false });
  }, 60_000);

  it('is left to the process of xl when that brings it back', () => {
    xen.record('web1');
    xen.fate(
      'web1',
      1,
      ends(
        'web1',
        1,
        'echo "Done. Rebooting now"',
        'sleep 1',
        'echo up >store/77',
        'echo 77 >up/web1',
        'echo "Waiting for domain web1 (domid 77) to die [pid 1]"',
        'sleep 1',
      ),
    );
    xen.run(DOMUS, ['start']);
    expect(creates('web1')).toBe(1);
    expect(xen.read('up/web1')).toBe('77\n');
  }, 60_000);

  it('is tried a bounded number of times, with growing pauses', () => {
    xen.record('web1');
    xen.record('web2', { order: 20 });
    for (const times of [1, 2, 3, 4, 5]) xen.fate('web1', times, ['date +%s%N >>times', ...ends('web1', 3)]);
    // An order that waits for another one, and another guest, are none the worse for it.
    xen.run(DOMUS, ['start'], { XENWRIGHT_SLOW: '0.1' });
    expect([creates('web1'), creates('web2')]).toEqual([4, 1]);
    const [first = 0, second = 0, third = 0, fourth = 0] = xen
      .read('times')
      .trim()
      .split('\n')
      .map((ns) => Number(ns) / 1e6);
    expect(third - second).toBeGreaterThan(second - first);
    expect(fourth - third).toBeGreaterThan(third - second);
    expect(xen.note('web1')).toMatchObject({ attempts: 4, again: false });
  }, 60_000);

  it.each([
    ['was switched off', ends('web1', 0)],
    ['was saved or moved', ends('web1', 2)],
    ['was destroyed', ['sleep 0.2', 'rm -f up/web1', 'echo "Domain 7 has been destroyed."']],
  ])(
    'is left alone when it %s',
    (_, fate) => {
      xen.record('web1');
      xen.fate('web1', 1, fate);
      xen.run(DOMUS, ['start']);
      expect(creates('web1')).toBe(1);
      expect(xen.note('web1')).toMatchObject({ created: true, again: false });
    },
    60_000,
  );

  it('is left alone when it was up, whatever it died of', async () => {
    xen.record('web1');
    xen.record('late');
    xen.fate('web1', 1, ['echo up >store/$(cat up/web1)', ...ends('web1', 3).map((line) => line.replace('0.2', '1'))]);
    xen.fate('late', 1, ['sleep 4', 'echo up >store/$(cat up/late)']);
    await xen.start(DOMUS, ['start'], { XENWRIGHT_SLOW: '0.1' }).ended;
    expect([creates('web1'), creates('late')]).toEqual([1, 1]);
  }, 60_000);

  it('is stopped although it was just being created, and stays so', async () => {
    xen.record('web1');
    xen.put('hotplug', '1 9');
    for (const times of [1, 2, 3, 4])
      xen.fate(
        'web1',
        times,
        ends('web1', 3).map((line) => line.replace('0.2', '0.1')),
      );
    const { ended } = xen.start(DOMUS, ['start']);
    await xen.until(() => creates('web1') === 1);
    xen.run(DOMUS, ['stop', 'web1']);
    await ended;
    expect(creates('web1')).toBe(1);
    expect([xen.read('up/web1'), xen.note('web1')]).toEqual([
      '',
      expect.objectContaining({ stopped: true, why: 'it was stopped' }),
    ]);
  }, 60_000);

  it('is not tried again once it was asked to stop', async () => {
    xen.record('web1');
    for (const times of [1, 2, 3, 4]) xen.fate('web1', times, ends('web1', 3));
    const { ended } = xen.start(DOMUS, ['start'], { XENWRIGHT_SLOW: '0.3' });
    await xen.until(() => xen.read('root/var/log/xen/xl-web1.log').includes('shut down'));
    xen.run(DOMUS, ['stop', 'web1']);
    const before = creates('web1');
    await ended;
    expect(creates('web1')).toBe(before);
    expect(xen.note('web1')).toMatchObject({ created: false, why: 'it was stopped' });
    // Asked for by hand, it is started like any other.
    xen.run(DOMUS, ['start', 'web1']);
    expect(creates('web1')).toBeGreaterThan(before);
  }, 60_000);
});

describe('a guest that cannot be created', () => {
  it('is not started beside somebody else’s xl that has it in hand', async () => {
    xen.record('web1');
    xen.fate('web1', 9, ['sleep 3']);
    const other = spawn(`${xen.home}/bin/xl`, ['create', `${xen.home}/web1.cfg`, '--left-behind', '9'], {
      stdio: 'ignore',
    });
    const gone = new Promise((resolve) => {
      other.once('close', resolve);
    });
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    xen.run(DOMUS, ['start']);
    expect(creates('web1')).toBe(0);
    await gone;
    xen.run(DOMUS, ['start']);
    expect(creates('web1')).toBe(1);
  }, 60_000);

  it('is not started on a disk that somebody writes to, and is once that lets go of it', async () => {
    xen.record('web1');
    xen.put('disk.img', '');
    xen.put('web1.cfg', `name = "web1"\ndisk = [ "${xen.home}/disk.img,raw,xvda,rw" ]\n`);
    const writer = spawn('sh', ['-c', `exec 7<>${xen.home}/disk.img; echo ready; exec cat >&2`], {
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => {
      writer.stdout.once('data', resolve);
    });
    const { child, ended } = xen.start(DOMUS, ['start'], { XENWRIGHT_SLOW: '0.1' });
    await xen.until(() => xen.read('state/web1.json').includes('is in use'));
    expect([xen.done, xen.note('web1'), child.exitCode]).toEqual([
      [],
      expect.objectContaining({
        created: false,
        why: `${xen.home}/disk.img is in use: process:cat (${writer.pid})`,
        again: true,
      }),
      null,
    ]);
    writer.stdin.end();
    await ended;
    expect([xen.done, xen.note('web1')]).toEqual([
      ['create /etc/xen/web1.cfg'],
      expect.objectContaining({ created: true }),
    ]);
  }, 60_000);

  it.each([
    [
      'its memory was saved',
      'root/var/lib/xen/save/web1',
      'saved',
      /^its memory was saved: xl restore \/.*\/save\/web1$/,
    ],
    [
      'a command has it in hand',
      'root/var/lib/xenwright/rescue/web1.json',
      '{"name":"web1"}',
      /^a command has it in hand; where that was cut off: xenwright domu rescue web1 --close$/,
    ],
  ])(
    'is not started where %s, and not tried again',
    (_, path, text, why) => {
      xen.record('web1');
      mkdirSync(dirname(join(xen.home, path)), { recursive: true });
      xen.put(path, text);
      xen.run(DOMUS, ['start']);
      expect([xen.done, xen.note('web1')]).toEqual([
        [],
        expect.objectContaining({ created: false, why: expect.stringMatching(why), attempts: 1, again: false }),
      ]);
    },
    60_000,
  );

  it('spoils nobody else’s start when its record is nonsense', () => {
    xen.record('good');
    for (const [name, text] of [
      ['list', '[]'],
      ['path', '{"name":"../../etc/x"}'],
      ['option', '{"name":"-F"}'],
      ['deep', '['.repeat(100_000)],
    ] as const)
      xen.put(`records/${name}.json`, text);
    const { out, err } = xen.run(DOMUS, ['start']);
    expect(err).toBe('');
    expect(out).toContain('option.json: it is not the record of a DomU');
    expect(xen.done).toEqual(['create /etc/xen/good.cfg']);
  }, 60_000);
});

describe('systemd', () => {
  /** Hears what is told to systemd. */
  let ear: ChildProcess | null = null;
  afterEach(() => {
    ear?.kill();
  });
  async function systemd(): Promise<{ readonly path: string; readonly heard: () => string }> {
    const path = `${xen.home}/notify`;
    ear = spawn(
      'python3',
      [
        '-uc',
        'import socket,sys\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);s.bind(sys.argv[1]);print("listening")\nwhile True: print(s.recv(99).decode())',
        path,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    );
    let heard = '';
    ear.stdout?.on('data', (chunk) => {
      heard += String(chunk);
    });
    await xen.until(() => heard.includes('listening'));
    return { path, heard: () => heard };
  }

  it('is told as soon as all were started once, while those that are not up are still seen to', async () => {
    const { path, heard } = await systemd();
    xen.record('web1');
    xen.fate('web1', 1, ['sleep 3', 'echo up >store/$(cat up/web1)']);
    const { child, ended } = xen.start(DOMUS, ['start'], { NOTIFY_SOCKET: path, XENWRIGHT_SLOW: '0.1' });
    await xen.until(() => heard().includes('READY=1'));
    expect([creates('web1'), child.exitCode, xen.note('web1')['again']]).toEqual([1, null, true]);
    await ended;
    expect(xen.note('web1')['again']).toBe(false);
  }, 60_000);

  it('has what was started stopped again when the host goes down before all were', async () => {
    const { path, heard } = await systemd();
    xen.record('first', { order: 1 });
    xen.record('later', { order: 2, startDelaySeconds: 30 });
    const { child, ended } = xen.start(DOMUS, ['start'], { NOTIFY_SOCKET: path });
    await xen.until(() => creates('first') === 1 && xen.read('state/first.json').includes('"created": true'));
    child.kill('SIGTERM');
    await ended;
    expect(xen.done).toEqual(['create /etc/xen/first.cfg', 'shutdown first']);
    expect(heard()).not.toContain('READY');
  }, 60_000);
});

it('waits for guests without asking for them again and again', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) {
    xen.record(name);
    xen.fate(name, 1, ['sleep 6', `echo up >store/$(cat up/${name})`]);
  }
  const begun = performance.now();
  await xen.start(DOMUS, ['start'], { XENWRIGHT_SLOW: '1' }).ended;
  expect(performance.now() - begun).toBeLessThan(15_000);
  const asked =
    xen
      .read('log')
      .split('\n')
      .filter((line) => /^(list|domid)/.test(line)).length + xen.read('reads').trim().split('\n').length;
  expect(asked).toBeLessThan(40);
  // Nobody is left who watches.
  for (const pid of xen.read('watches').trim().split('\n')) expect(existsSync(`/proc/${pid}`)).toBe(false);
}, 60_000);
