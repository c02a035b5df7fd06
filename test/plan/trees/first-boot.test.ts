import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FIRST_BOOT } from '../../../src/plan/trees/scripts/first-boot.ts';

let home = '';
function put(path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text, { mode });
}

/** A host where all is well: each test then breaks one thing. */
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'xw-first-'));
  put('root/sys/hypervisor/type', 'xen\n');
  put('root/sys/hypervisor/version/major', '4\n'); put('root/sys/hypervisor/version/minor', '20\n'); put('root/sys/hypervisor/version/extra', '.3\n');
  mkdirSync(join(home, 'root/sys/class/net/xenbr0'), { recursive: true });
  put('settings.json', JSON.stringify({ hypervisor: 'xen', bridge: 'xenbr0', device: 'xenbr0', wantsAddress: true, wantsGateway: true }));
  record('web1');
  put('store/3/state', 'up'); put('store/3/addresses', '10.0.2.16 fec0::16'); put('store/3/seconds', '48'); put('id/web1', '3');
  put('address', '[{"addr_info":[{"family":"inet6","local":"fe80::1","scope":"link"},{"family":"inet","local":"10.0.2.15","scope":"global"}]}]');
  put('bin/ip', `#!/bin/sh\ncase "$*" in *addr*) cat ${home}/address ;; *-4*route*) echo '[{"gateway":"10.0.2.2","dev":"xenbr0"}]' ;; *) echo '[]' ;; esac\n`, 0o755);
  put('bin/systemctl', '#!/bin/sh\necho 61000000\n', 0o755);
  put('bin/ping', `#!/bin/sh\n[ ! -e ${home}/silent ]\n`, 0o755);
  put('bin/xl', `#!/bin/sh\n[ $1 = list ] && { echo Name ID Mem; echo Domain-0 0 1024 2; exit; }\ncat ${home}/id/$2 2>/dev/null\n`, 0o755);
  put('bin/xenstore-read', `#!/bin/sh\ncat ${home}/store/$(echo $1 | cut -d/ -f4)/$(basename $1) 2>/dev/null\n`, 0o755);
  put('bin/grub-editenv', `#!/bin/sh\nif [ "$2" = list ]; then cat ${home}/grubenv 2>/dev/null; else rm -f ${home}/grubenv; echo "$2 $3" >>${home}/env.log; fi\n`, 0o755);
});
afterEach(() => { rmSync(home, { recursive: true }); });

function record(name: string, more: object = {}): void {
  put(`records/${name}.json`, JSON.stringify({ name, type: 'pvh', autostart: true, reports: true, health: [], ...more }));
}

function check(...names: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync('python3', ['-c', FIRST_BOOT, ...names], { encoding: 'utf8', env: { PATH: `${home}/bin:/usr/bin:/bin`, XENWRIGHT_ROOT: join(home, 'root'), XENWRIGHT_SETTINGS: join(home, 'settings.json'), XENWRIGHT_RECORDS: join(home, 'records'), XENWRIGHT_STATE: join(home, 'starts'), XENWRIGHT_VERDICT: join(home, 'out/first-boot.json'), XENWRIGHT_CONSOLE: join(home, 'console'), XENWRIGHT_SLOW: '0.01' } });
}

function asked(...names: readonly string[]): { code: number | null; answer: unknown } {
  const { status, stdout } = check(...names);
  return { code: status, answer: JSON.parse(stdout) };
}

function verdict(): { code: number | null; journal: string; answer: { dom0: Record<string, unknown>; domus: Record<string, unknown>[]; fallback: boolean; why: string | null } } {
  const done = check();
  const line = /^XENWRIGHT-VERDICT (.*)$/m.exec(done.stdout);
  if (line === null) throw new Error(done.stdout + done.stderr);
  expect(JSON.parse(readFileSync(join(home, 'out/first-boot.json'), 'utf8'))).toEqual(JSON.parse(line[1] ?? ''));
  return { code: done.status, journal: done.stdout, answer: JSON.parse(line[1] ?? '') as never };
}

describe('the first-boot check', () => {
  it('says that Dom0 and its guest are up, in one line on the console', () => {
    put('console', '');
    const { code, answer } = verdict();
    expect(answer).toMatchObject({ version: 1, dom0: { up: true, hypervisor: 'xen', xen: '4.20.3', memoryMiB: 1024, bridge: 'xenbr0', address: '10.0.2.15', gateway: true, seconds: 61 }, fallback: false, why: null });
    expect(answer.domus).toEqual([{ name: 'web1', up: true, type: 'pvh', why: null, address: '10.0.2.16', seconds: 48 }]);
    expect(code).toBe(0);
    expect(readFileSync(join(home, 'console'), 'utf8').split('\n').filter((line) => line.startsWith('XENWRIGHT-VERDICT {'))).toHaveLength(1);
  }, 30_000);

  it('asks only the guests that are named, and then leaves the verdict of the boot alone', () => {
    record('db1', { autostart: false });
    record('web2');
    put('id/web2', '4');
    put('store/4/state', 'failed'); put('store/4/why', 'ssh is not active');
    expect(asked('web1')).toEqual({ code: 0, answer: [{ name: 'web1', up: true, type: 'pvh', why: null, address: '10.0.2.16', seconds: 48 }] });
    expect(asked('web2', 'db1')).toMatchObject({ code: 1, answer: [{ name: 'db1', up: false, why: 'it was not started' }, { name: 'web2', up: false, why: 'ssh is not active' }] });
    expect(existsSync(join(home, 'out/first-boot.json'))).toBe(false);
  }, 30_000);

  it('clears the note that Xen is being tried', () => {
    put('grubenv', 'xenwright_state=trying\n');
    expect(verdict().answer.fallback).toBe(false);
    expect(readFileSync(join(home, 'env.log'), 'utf8')).toBe('unset xenwright_state\n');
  }, 30_000);

  it('reports the plain kernel as a failure, with the network it has', () => {
    rmSync(join(home, 'root/sys/hypervisor'), { recursive: true });
    put('grubenv', 'xenwright_state=failed\n');
    const { code, answer } = verdict();
    expect(code).toBe(1);
    expect(answer).toMatchObject({ dom0: { up: true, hypervisor: 'none', xen: null, address: '10.0.2.15' }, fallback: true });
    expect(answer.why).toContain('Xen did not come up');
    expect(answer.domus[0]).toMatchObject({ up: false, why: 'Xen is not running' });
  }, 30_000);

  it('is content with a plain host where none was wanted', () => {
    rmSync(join(home, 'root/sys/hypervisor'), { recursive: true });
    put('settings.json', JSON.stringify({ hypervisor: 'none', bridge: 'xenbr0', device: 'xenbr0', wantsAddress: true, wantsGateway: true }));
    rmSync(join(home, 'records'), { recursive: true });
    expect(verdict()).toMatchObject({ code: 0, answer: { dom0: { up: true, hypervisor: 'none' }, domus: [], fallback: false, why: null } });
  }, 30_000);

  it('tells guests that failed, vanished, were not created and never spoke apart', () => {
    for (const name of ['failed', 'gone', 'refused', 'mute']) record(name);
    put('id/failed', '4'); put('store/4/state', 'failed'); put('store/4/why', 'health: unit nginx');
    put('starts/gone.json', '{"created":true}'); put('starts/refused.json', '{"created":false,"why":"xl create: no memory"}');
    put('id/mute', '5');
    put('root/var/log/xen/console/guest-gone.log', 'Welcome to GRUB!\r\n[    9.1] Kernel panic - not syncing: no root\r\n[    9.2] Rebooting\r\n');
    put('root/var/log/xen/console/guest-mute.log', '\u001b[0;32mLoading\u001b[0m \u0007...\r\n\r\n');
    const why = Object.fromEntries(verdict().answer.domus.map((domu) => [domu['name'], domu['why']]));
    expect(why).toEqual({ web1: null, failed: 'health: unit nginx', gone: expect.stringMatching(/is gone.*; its console ends with: \[ *9\.1\] Kernel panic - not syncing: no root$/), refused: 'xl create: no memory', mute: 'it runs, but has not said that it is up; its console ends with: Loading ...' });
  }, 60_000);

  it('tells the journal, not the console, of a guest that is up but panicked before', () => {
    put('console', '');
    put('root/var/log/xen/console/guest-web1.log', '[    9.1] Kernel panic - not syncing: no root\r\nlogin: ');
    const { answer, journal } = verdict();
    expect(answer.domus[0]).toMatchObject({ up: true, why: null });
    expect(journal).toContain('web1 is up, but before that: [    9.1] Kernel panic - not syncing: no root');
    expect(readFileSync(join(home, 'console'), 'utf8')).not.toContain('panic');
  }, 30_000);

  it('asks ports itself, and leaves guests without autostart alone', () => {
    record('web1', { health: [{ tcp: 1 }] });
    put('store/3/addresses', '127.0.0.1');
    record('manual', { autostart: false });
    const { domus } = verdict().answer;
    expect(domus).toHaveLength(1);
    expect(domus[0]).toMatchObject({ up: false, why: expect.stringContaining('port 1') });
  }, 60_000);

  it('says what is wrong with the network, and what other units found', () => {
    put('silent', '');
    put('root/run/xenwright/uplink-replaced', 'the network card enp1s0 is gone: enp2s0 took its place\n');
    expect(verdict().answer.why).toBe('the gateway does not answer; the network card enp1s0 is gone: enp2s0 took its place');
    put('address', '[]');
    const { code, answer } = verdict();
    expect(code).toBe(1);
    expect(answer.why).toContain('xenbr0 has no address');
  }, 60_000);
});
