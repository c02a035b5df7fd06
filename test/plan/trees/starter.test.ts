import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DOMUS } from '../../../src/plan/trees/scripts/domus.ts';
import { RUN_COMMANDS } from '../../../src/plan/trees/scripts/run-commands.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'xw-starter-'));
  for (const name of ['bin', 'records', 'up']) mkdirSync(join(home, name));
  // Stands in for xl: a domain is up while its file is there; `stuck` never goes down by itself; `broken` cannot be created; `slow` can, the third time.
  writeFileSync(join(home, 'bin/xl'), `#!/bin/sh
echo "$*" >>${home}/log
case $1 in
  domid) [ -e ${home}/up/$2 ] && echo 3 ;;
  create) name=$(basename $2 .cfg)
    [ $name = slow ] && [ $(grep -c create.*slow ${home}/log) -lt 3 ] && { echo "libxl: error: libxl_aoutils.c:646:async_exec_timeout: killing execution of /etc/xen/scripts/block add because of timeout" >&2; exit 3; }
    [ $name = broken ] && { echo "libxl: error: not enough memory" >&2; exit 3; }; : >${home}/up/$name ;;
  shutdown) [ $2 = stuck ] || rm -f ${home}/up/$2 ;;
  destroy) rm -f ${home}/up/$2 ;;
  list) echo Name; echo Domain-0; ls ${home}/up ;;
esac
`, { mode: 0o755 });
  writeFileSync(join(home, 'bin/xenstore-read'), '#!/bin/sh\necho up\n', { mode: 0o755 });
});
afterEach(() => { rmSync(home, { recursive: true }); });

function record(name: string, more: object = {}): void {
  writeFileSync(join(home, `records/${name}.json`), JSON.stringify({ name, config: `/etc/xen/${name}.cfg`, autostart: true, order: 10, startDelaySeconds: 0, stopTimeoutSeconds: 1, reports: true, ...more }));
}

function domus(...words: string[]): string[] {
  writeFileSync(join(home, 'log'), '');
  const done = spawnSync('python3', ['-c', DOMUS, ...words], { env: { PATH: `${home}/bin:${process.env['PATH']}`, XENWRIGHT_RECORDS: `${home}/records`, XENWRIGHT_STATE: `${home}/state`, XENWRIGHT_SLOW: '0.01' }, encoding: 'utf8' });
  expect(done.stderr).toBe('');
  return readFileSync(join(home, 'log'), 'utf8').split('\n').filter((line) => /^(create|shutdown|destroy)/.test(line));
}

describe('the starter of DomUs', () => {
  it('starts in order and stops backwards', () => {
    record('second', { order: 20 }); record('first', { order: 5 }); record('manual', { order: 1, autostart: false });
    expect(domus('start')).toEqual(['create /etc/xen/first.cfg', 'create /etc/xen/second.cfg']);
    expect(domus('stop')).toEqual(['shutdown second', 'shutdown first']);
  }, 60_000);

  it('starts the others when one cannot be created, and keeps the reason', () => {
    record('broken', { order: 1 }); record('good', { order: 2 });
    expect(domus('start')).toEqual(['create /etc/xen/broken.cfg', 'create /etc/xen/good.cfg']);
    expect(JSON.parse(readFileSync(join(home, 'state/broken.json'), 'utf8'))).toMatchObject({ created: false, why: 'xl create: libxl: error: not enough memory' });
  }, 60_000);

  it('tries again when only time was lacking', () => {
    record('slow');
    expect(domus('start')).toEqual(Array(3).fill('create /etc/xen/slow.cfg'));
    expect(JSON.parse(readFileSync(join(home, 'state/slow.json'), 'utf8'))).toMatchObject({ created: true, why: null });
  }, 60_000);

  it('leaves alone what runs already', () => {
    record('web1');
    domus('start');
    expect(domus('start')).toEqual([]);
  }, 60_000);

  it('destroys what does not go down in its time, and stops strangers too', () => {
    record('stuck');
    domus('start');
    writeFileSync(join(home, 'up/stranger'), '');
    expect(domus('stop')).toEqual(['shutdown stranger', 'shutdown stuck', 'destroy stuck']);
  }, 60_000);
});

describe('the runner of first-boot commands', () => {
  it('runs each once, goes on or stops as told, and keeps the reason', () => {
    mkdirSync(join(home, 'd'));
    for (const [name, text] of [['01', `echo one >>${home}/ran`], ['02', 'exit 7'], ['03', `echo three >>${home}/ran`], ['04', 'sleep 9']] as const) writeFileSync(join(home, 'd', name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    writeFileSync(join(home, 'd/list'), '01 5 fail\n02 5 continue\n03 5 fail\n04 1 fail\n');
    const script = RUN_COMMANDS.replaceAll('/etc/xenwright/first-boot.d', join(home, 'd')).replaceAll('/var/lib/xenwright-commands', join(home, 'done'));
    const run = (): number | null => spawnSync('sh', ['-c', script]).status;
    expect(run()).toBe(1);
    expect(run()).toBe(1);
    expect(readFileSync(join(home, 'ran'), 'utf8')).toBe('one\nthree\n');
    expect(readFileSync(join(home, 'done/why'), 'utf8')).toBe('firstBoot command 04: ran longer than 1 s\n');
  }, 30_000);
});
