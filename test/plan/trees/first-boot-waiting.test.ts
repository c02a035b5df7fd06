import { spawn, spawnSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostForEach, FIRST_BOOT, at, environment, put, record, verdict } from './first-boot-host.ts';

hostForEach();

describe('waiting', () => {
  const events = '#!/bin/sh\nwhile [ ! -e HOME/events ]; do sleep 0.1; done\nexec cat HOME/events\n';
  const asked = (): string[] => readFileSync(at('asked'), 'utf8').trim().split('\n');

  it('for guests does not ask: what xenstore says is looked at at once', async () => {
    for (const [name, number] of [
      ['a', 4],
      ['b', 5],
      ['c', 6],
      ['d', 7],
    ] as const) {
      record(name);
      put(`id/${name}`, String(number));
      put(`store/${number}/seconds`, '9');
    }
    // A pipe: what is written into it is said as it comes.
    spawnSync('mkfifo', [at('events')]);
    put('bin/xenstore-watch', events.replaceAll('HOME', at()), 0o755);
    const child = spawn(FIRST_BOOT, ['a', 'b', 'c', 'd', 'web1'], { env: { ...environment(), XENWRIGHT_SLOW: '1' } });
    let endedMs = 0;
    const ended = new Promise((resolve) => {
      child.once('close', (code) => {
        endedMs = performance.now();
        resolve(code);
      });
    });
    const pipe = openSync(at('events'), 'r+');
    await new Promise((resolve) => {
      setTimeout(resolve, 7000);
    });
    const before = asked().length;
    // xl once, each guest’s state, and the address and the seconds of the one that is up.
    expect(before).toBeLessThanOrEqual(8);
    for (const number of [4, 5, 6]) put(`store/${number}/state`, 'up');
    writeSync(
      pipe,
      '/local/domain/4/data/xenwright/state\n/local/domain/4/device/vif/0/state\n/local/domain/5/data/xenwright/state\n/local/domain/6/data/xenwright/state\n',
    );
    await new Promise((resolve) => {
      setTimeout(resolve, 2000);
    });
    rmSync(at('id/d'));
    put('starts/d.json', '{"created":false,"why":"xl create: no memory"}');
    writeSync(pipe, '@releaseDomain\n');
    const saidMs = performance.now();
    expect(await ended).toBe(1);
    closeSync(pipe);
    expect(endedMs - saidMs).toBeLessThan(3000);
    expect(asked().filter((line) => line.startsWith('xl list'))).toHaveLength(2);
    expect(asked().filter((line) => line.includes('/4/'))).toHaveLength(4);
  }, 60_000);

  it('goes on without what tells, and where one guest writes without end', () => {
    record('late');
    put('id/late', '4');
    put('bin/xenstore-watch', '#!/bin/sh\nexec yes /local/domain/4/data/xenwright/state\n', 0o755);
    spawn('/bin/sh', ['-c', `sleep 1; echo up >${at('store/4/state')}`], { stdio: 'ignore' });
    put('store/4/seconds', '9');
    expect(verdict().code).toBe(0);
  }, 60_000);

  it('for one that the starter tries again does not end before that has', async () => {
    record('web2');
    put('starts/web2.json', '{"created":true,"attempts":2,"again":true}');
    const child = spawn(FIRST_BOOT, ['web2'], { env: { ...environment(), XENWRIGHT_SLOW: '0.05' } });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    const ended = new Promise((resolve) => {
      child.once('close', resolve);
    });
    await new Promise((resolve) => {
      setTimeout(resolve, 2500);
    });
    expect(child.exitCode).toBeNull();
    put('starts/web2.json', '{"created":true,"attempts":4,"again":false}');
    await ended;
    expect(JSON.parse(said)).toMatchObject([
      { up: false, why: expect.stringContaining('it ran and is gone, each of 4 times') },
    ]);
  }, 30_000);
});
