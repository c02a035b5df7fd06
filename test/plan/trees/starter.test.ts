import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

const record = (name: string, more: object = {}): void => {
  xen.record(name, more);
};

function domus(...words: string[]): string[] {
  xen.put('log', '');
  expect(xen.run(DOMUS, words).err).toBe('');
  return xen.done;
}

describe('the starter of DomUs', () => {
  it('starts in order and stops backwards', () => {
    record('second', { order: 20 });
    record('first', { order: 5 });
    record('manual', { order: 1, autostart: false });
    expect(domus('start')).toEqual(['create /etc/xen/first.cfg', 'create /etc/xen/second.cfg']);
    expect(domus('stop')).toEqual(['shutdown second', 'shutdown first']);
  }, 60_000);

  it('starts the others when one cannot be created, and keeps the reason', () => {
    record('broken', { order: 1 });
    record('good', { order: 2 });
    expect(domus('start')).toEqual(['create /etc/xen/broken.cfg', 'create /etc/xen/good.cfg']);
    expect(xen.note('broken')).toMatchObject({ created: false, why: 'xl create: libxl: error: not enough memory' });
  }, 60_000);

  it('tries again when only time was lacking', () => {
    record('slow');
    expect(domus('start')).toEqual(Array(3).fill('create /etc/xen/slow.cfg'));
    expect(xen.note('slow')).toMatchObject({ created: true, why: null });
  }, 60_000);

  it('leaves alone what runs already', () => {
    record('web1');
    domus('start');
    expect(domus('start')).toEqual([]);
  }, 60_000);

  it('destroys what does not go down in its time, and stops strangers too', () => {
    record('stuck');
    domus('start');
    xen.put('up/stranger', '9');
    expect(domus('stop')).toEqual(['shutdown stranger', 'shutdown stuck', 'destroy stuck']);
  }, 60_000);
});

describe('the runner of first-boot commands', () => {
  it('runs each once, goes on or stops as told, and keeps the reason', () => {
    const { home } = xen;
    const folder = join(home, 'etc/xenwright/first-boot.d');
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of [
      ['01', `echo one >>${home}/ran`],
      ['02', 'exit 7'],
      ['03', `echo three >>${home}/ran`],
      ['04', 'sleep 9'],
    ] as const)
      writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    writeFileSync(join(folder, 'list'), '01 5 fail\n02 5 continue\n03 5 fail\n04 1 fail\n');
    const run = (): number | null =>
      spawnSync(asset('host/run-commands.sh'), { env: { ...process.env, XENWRIGHT_ROOT: home } }).status;
    expect(run()).toBe(1);
    expect(run()).toBe(1);
    expect(readFileSync(join(home, 'ran'), 'utf8')).toBe('one\nthree\n');
    expect(readFileSync(join(home, 'var/lib/xenwright-commands/why'), 'utf8')).toBe(
      'firstBoot command 04: ran longer than 1 s\n',
    );
  }, 30_000);
});
