/** Guests are created by units of their own, whatever becomes of whoever asked for it. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { dom0Tree } from '../../../src/plan/dom0/dom0.ts';
import { asset } from '../../assets.ts';
import { fileIn, modelOf } from './model.ts';
import { StandInXl } from './stand-in-xl.ts';

const DOMUS = asset('host/domus.py');
const UNIT = '/etc/systemd/system/xenwright-domu@.service';
let xen: StandInXl;
let units: Record<string, string>;
beforeEach(() => {
  xen = new StandInXl();
  units = xen.units(DOMUS);
});
afterEach(() => {
  xen.close();
});
const domus = (...words: string[]): string => {
  const { out, err } = xen.run(DOMUS, words, units);
  expect(err).toBe('');
  return out;
};
/** It runs until its `up/NAME` is taken away. */
const lives = (name: string): void => {
  xen.fate(name, 1, [`echo up >store/$(cat up/${name})`, `while [ -e up/${name} ]; do sleep 0.05; done`]);
};

describe('a host with a unit for each guest', () => {
  it('has them create the guests, in order, and stops them backwards', () => {
    xen.record('web-1', { order: 20 });
    xen.record('db+a.b', { order: 5 });
    expect(domus('start')).toBe('db+a.b: created\nweb-1: created\n');
    expect(xen.read('systemctl')).toBe(
      'start xenwright-domu@db\\x2ba.b.service\nstart xenwright-domu@web\\x2d1.service\n',
    );
    expect(xen.note('web-1')).toMatchObject({ created: true, why: null, attempts: 1, again: false });
    domus('stop');
    expect(xen.done).toEqual([
      'create /etc/xen/db+a.b.cfg',
      'create /etc/xen/web-1.cfg',
      'shutdown web-1',
      'shutdown db+a.b',
    ]);
  }, 60_000);

  it('tries again, and keeps the reason where it comes to nothing', () => {
    xen.record('slow', { order: 1 });
    xen.record('broken', { order: 2 });
    const out = domus('start');
    expect(out).toContain('async_exec_timeout: killing execution of /etc/xen/scripts/block add because of timeout');
    expect(out).toMatch(/slow: created\nbroken: xl create: libxl: error: not enough memory\n$/);
    expect(xen.done).toEqual([...Array(3).fill('create /etc/xen/slow.cfg'), 'create /etc/xen/broken.cfg']);
    expect(xen.note('slow')).toMatchObject({ created: true, attempts: 3 });
    expect(xen.note('broken')).toMatchObject({ created: false, why: 'xl create: libxl: error: not enough memory' });
    // What failed is no fault of the host any more when it was asked to stop.
    domus('stop', 'broken', 'slow');
    expect(xen.read('systemctl').trim().split('\n').slice(4)).toEqual(['reset-failed xenwright-domu@broken.service']);
  }, 60_000);

  it('says what systemd says where that does not start the unit', () => {
    xen.record('web1');
    xen.put(
      'bin/systemctl',
      '#!/bin/sh\necho "Failed to start: error: transaction is destructive" >&2; exit 4\n',
      0o755,
    );
    expect(domus('start')).toContain('web1: systemctl start: Failed to start: error: transaction is destructive');
    expect(xen.done).toEqual([]);
  }, 60_000);

  it('leaves one to its unit that has it in hand, and begins a unit anew that has outlived its guest', () => {
    xen.record('web1');
    xen.put('active/web1', '');
    expect(domus('start')).toBe('web1: created\n');
    expect(xen.read('systemctl')).toBe('start xenwright-domu@web1.service\nrestart xenwright-domu@web1.service\n');
    rmSync(join(xen.home, 'systemctl'));
    expect(domus('start')).toBe('');
    expect(xen.read('systemctl')).toBe('');
  }, 60_000);

  it('starts one by hand that was stopped, but not for a starter that had not heard of that', () => {
    xen.record('web1');
    domus('stop', 'web1');
    xen.put('state/web1.wish', JSON.stringify({ attempts: 2, last: false, pid: process.pid }));
    expect(xen.run(DOMUS, ['create', 'web1'], units).out).toBe('web1: it was stopped\n');
    expect([xen.done, xen.note('web1')]).toEqual([[], expect.objectContaining({ stopped: true })]);
    // Of one that is gone: nobody waits for that.
    xen.put('state/web1.wish', JSON.stringify({ attempts: 2, last: false, pid: 999_999_999 }));
    xen.run(DOMUS, ['create', 'web1'], units);
    expect([xen.done, xen.note('web1')]).toEqual([
      ['create /etc/xen/web1.cfg'],
      expect.objectContaining({ created: true, again: false }),
    ]);
  }, 60_000);
});

describe('a start that is killed', () => {
  it('leaves the guest to its unit, and the next one has nothing to do', async () => {
    xen.record('web1');
    lives('web1');
    xen.put('hotplug', '0.5 9');
    const { child, ended } = xen.start(DOMUS, ['start'], units);
    await xen.until(() => xen.done.length === 1);
    child.kill('SIGKILL');
    await xen.until(() => xen.read('state/web1.json').includes('"created": true'));
    expect(domus('start', 'web1')).toBe('');
    expect(xen.done).toEqual(['create /etc/xen/web1.cfg']);
    domus('stop');
    await ended;
    expect(xen.read('up/web1')).toBe('');
  }, 60_000);

  it('never has two that create one guest: whoever comes second waits for the first, and leaves it alone', async () => {
    xen.record('web1');
    lives('web1');
    xen.put('hotplug', '0.5 9');
    const [one, other] = [xen.start(DOMUS, ['start'], units), xen.start(DOMUS, ['start', 'web1'], units)];
    const byHand = xen.start(DOMUS, ['create', 'web1'], units);
    await Promise.all([one.ended, other.ended, byHand.ended]);
    expect(xen.done).toEqual(['create /etc/xen/web1.cfg']);
    domus('stop');
  }, 60_000);

  it('is stopped by whoever comes meanwhile, and stays so', async () => {
    xen.record('web1');
    xen.put('hotplug', '0.5 9');
    const { child, ended } = xen.start(DOMUS, ['start'], units);
    await xen.until(() => xen.done.length === 1);
    child.kill('SIGKILL');
    domus('stop', 'web1');
    await ended;
    expect(xen.done).toEqual(['create /etc/xen/web1.cfg', 'shutdown web1']);
    expect([xen.read('up/web1'), xen.note('web1')]).toEqual(['', expect.objectContaining({ stopped: true })]);
  }, 60_000);
});

describe('the unit', () => {
  const text = (): string => String(fileIn(dom0Tree(modelOf()), UNIT));

  it('is what systemd takes, and is not on a host without Xen', () => {
    const folder = mkdtempSync(join(tmpdir(), 'xw-unit-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    mkdirSync(join(folder, 'units'));
    const path = join(folder, 'units/xenwright-domu@web1.service');
    // Its programs are not on this machine.
    writeFileSync(path, text().replaceAll('/usr/lib/xenwright/domus', '/bin/true'));
    expect(execFileSync('systemd-analyze', ['verify', '--man=no', path], { encoding: 'utf8', stdio: 'pipe' })).toBe('');
    expect(() => fileIn(dom0Tree(modelOf(['host.hypervisor=none', 'domus=[]'])), UNIT)).toThrow();
  });

  it('tells systemd which process has the guest in hand', async () => {
    xen.record('web1');
    lives('web1');
    xen.put(
      'ear.py',
      'import socket\ns=socket.socket(socket.AF_UNIX,socket.SOCK_DGRAM);s.bind("notify");print("listening",flush=True)\nwhile True: print(s.recv(99).decode(),flush=True)',
    );
    const ear = xen.start('sh', ['-c', `cd ${xen.home} && exec python3 ear.py >heard`]);
    await xen.until(() => xen.read('heard').includes('listening'));
    const { out } = xen.run(DOMUS, ['create', 'web1'], { NOTIFY_SOCKET: `${xen.home}/notify` });
    ear.child.kill();
    const [, pid = ''] = /MAINPID=(\d+)\nREADY=1/.exec(xen.read('heard')) ?? [];
    expect([out, execFileSync('ps', ['-o', 'args=', pid], { encoding: 'utf8' })]).toEqual([
      '',
      expect.stringContaining(`create ${xen.home}/web1.cfg`),
    ]);
    domus('stop');
  }, 60_000);

  it('stops its guest when it is stopped, and does nothing when that has ended by itself', () => {
    const stop = /^ExecStop=\/bin\/sh -c '(.*)' sh %I$/m.exec(text())?.[1]?.replaceAll('$$', '$') ?? 'false';
    const stopping = (more: Record<string, string>): string =>
      xen.run('sh', ['-c', stop.replace('/usr/lib/xenwright/domus', DOMUS), 'sh', 'web1'], { ...units, ...more }).err;
    xen.record('web1');
    domus('start');
    expect([stopping({}), xen.done]).toEqual(['', ['create /etc/xen/web1.cfg']]);
    expect([stopping({ MAINPID: '999999999' }), xen.done.at(-1)]).toEqual(['', 'shutdown web1']);
    expect(xen.note('web1')).toMatchObject({ stopped: true });
  }, 60_000);
});
