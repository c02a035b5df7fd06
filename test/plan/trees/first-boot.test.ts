import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hostForEach, FIRST_BOOT, at, environment, check, put, record, verdict } from './first-boot-host.ts';

hostForEach();

function asked(...names: readonly string[]): { code: number | null; answer: unknown } {
  const { status, stdout } = check(...names);
  return { code: status, answer: JSON.parse(stdout) };
}

describe('the first-boot check', () => {
  it('says that Dom0 and its guest are up, in one line on the console', () => {
    put('console', '');
    const { code, answer } = verdict();
    expect(answer).toMatchObject({
      version: 1,
      dom0: {
        up: true,
        hypervisor: 'xen',
        xen: '4.20.3',
        memoryMiB: 1024,
        bridge: 'xenbr0',
        address: '10.0.2.15',
        gateway: true,
        seconds: 61,
      },
      fallback: false,
      why: null,
    });
    expect(answer.domus).toEqual([
      { name: 'web1', up: true, type: 'pvh', why: null, address: '10.0.2.16', seconds: 48 },
    ]);
    expect(code).toBe(0);
    expect(
      readFileSync(at('console'), 'utf8')
        .split('\n')
        .filter((line) => line.startsWith('XENWRIGHT-VERDICT {')),
    ).toHaveLength(1);
  }, 30_000);

  it('asks only the guests that are named, and then leaves the verdict of the boot alone', () => {
    record('db1', { autostart: false });
    record('web2');
    put('id/web2', '4');
    put('store/4/state', 'failed');
    put('store/4/why', 'ssh is not active');
    expect(asked('web1')).toEqual({
      code: 0,
      answer: [{ name: 'web1', up: true, type: 'pvh', why: null, address: '10.0.2.16', seconds: 48 }],
    });
    expect(asked('web2', 'db1')).toMatchObject({
      code: 1,
      answer: [
        { name: 'db1', up: false, why: 'it was not started' },
        { name: 'web2', up: false, why: 'ssh is not active' },
      ],
    });
    expect(existsSync(at('out/first-boot.json'))).toBe(false);
  }, 30_000);

  it('clears the note that Xen is being tried', () => {
    put('grubenv', 'xenwright_state=trying\n');
    expect(verdict().answer.fallback).toBe(false);
    expect(readFileSync(at('env.log'), 'utf8')).toBe('unset xenwright_state\n');
  }, 30_000);

  it('reports the plain kernel as a failure, with the network it has', () => {
    rmSync(at('root/sys/hypervisor'), { recursive: true });
    put('grubenv', 'xenwright_state=failed\n');
    const { code, answer } = verdict();
    expect(code).toBe(1);
    expect(answer).toMatchObject({
      dom0: { up: true, hypervisor: 'none', xen: null, address: '10.0.2.15' },
      fallback: true,
    });
    expect(answer.why).toContain('Xen did not come up');
    expect(answer.domus[0]).toMatchObject({ up: false, why: 'Xen is not running' });
  }, 30_000);

  it.each([
    ['trying', null, /the last start with it was never confirmed/, /Restart the host[^]*xen_arguments[^]*update-grub/],
    [
      'damaged',
      null,
      /its file in \/boot is damaged/,
      /apt-get update, apt-get install --reinstall xen-hypervisor-4\.20-amd64, update-grub/,
    ],
    ['', null, /the plain kernel was started, not Xen/, /chose the plain system in the boot menu/],
    [
      '',
      "menuentry 'Debian, with Xen' --id xenwright-xen {\n}\n",
      /the plain kernel was started, not Xen/,
      /chose the plain system in the boot menu/,
    ],
    [
      '',
      "menuentry 'Debian, without Xen' --id xenwright-plain {\n}\n",
      /the boot menu has no entry for Xen: its file in \/boot, or a kernel for Dom0, is missing/,
      /apt-get update, apt-get install --reinstall xen-hypervisor-4\.20-amd64, update-grub/,
    ],
  ])(
    'says at login and at the consoles why it runs without Xen, and the way back: %s, menu %s',
    (state, menu, why, wayBack) => {
      rmSync(at('root/sys/hypervisor'), { recursive: true });
      put('grubenv', state === '' ? '' : `xenwright_state=${state}\n`);
      if (menu !== null) put('root/boot/grub/grub.cfg', menu);
      put('bin/agetty', `#!/bin/sh\necho "agetty $*" >>${at('asked')}\n`, 0o755);
      put(
        'bin/dpkg',
        "#!/bin/sh\n[ \"$*\" = '-S /boot/xen-*.gz' ] && echo 'xen-hypervisor-4.20-amd64: /boot/xen-4.20-amd64.gz'\n",
        0o755,
      );
      verdict();
      const motd = readFileSync(at('root/run/motd.d/50-xenwright'), 'utf8');
      expect(motd).toMatch(/^\nTHIS HOST RUNS WITHOUT XEN\./);
      expect(motd.replaceAll(/\s+/g, ' ')).toMatch(why);
      expect(motd.replaceAll(/\s+/g, ' ')).toMatch(wayBack);
      expect(Math.max(...motd.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
      expect(motd).not.toContain('\\');
      expect(readFileSync(at('root/run/xenwright/issue'), 'utf8')).toBe(motd);
      expect(readFileSync(at('asked'), 'utf8')).toContain('agetty --reload\n');
    },
  );

  it('says the way back without a name where nobody knows the package of the hypervisor', () => {
    rmSync(at('root/sys/hypervisor'), { recursive: true });
    put('grubenv', 'xenwright_state=damaged\n');
    put('bin/dpkg', '#!/bin/sh\nexit 1\n', 0o755);
    verdict();
    expect(readFileSync(at('root/run/motd.d/50-xenwright'), 'utf8').replaceAll(/\s+/g, ' ')).toContain(
      'apt-get install --reinstall xen-hypervisor-VERSION-amd64',
    );
  });

  it('says nothing of it under Xen, and takes back what was said', () => {
    put('root/run/motd.d/50-xenwright', 'old');
    put('root/run/xenwright/issue', 'old');
    verdict();
    expect(existsSync(at('root/run/motd.d/50-xenwright'))).toBe(false);
    expect(existsSync(at('root/run/xenwright/issue'))).toBe(false);
  }, 30_000);

  it('says that the previous Xen runs, with the guests that it has, and how the newest is tried again', () => {
    put('root/proc/cmdline', 'placeholder root=/dev/mapper/vg-root ro xenwright.entry=previous\n');
    const { code, answer } = verdict();
    expect(answer).toMatchObject({ dom0: { up: true, hypervisor: 'xen' }, domus: [{ up: true }], fallback: false });
    expect(answer.why).toMatch(/^the newest Xen, or the kernel with it, did not come up/);
    expect(code).toBe(0);
    const motd = readFileSync(at('root/run/motd.d/50-xenwright'), 'utf8');
    expect(motd).toMatch(/^\nTHIS HOST RUNS THE PREVIOUS XEN\./);
    expect(motd.replaceAll(/\s+/g, ' ')).toContain('grub-editenv /boot/grub/grubenv unset xenwright_bad');
    expect(Math.max(...motd.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(readFileSync(at('root/run/xenwright/issue'), 'utf8')).toBe(motd);
  }, 30_000);

  it('is content with a plain host where none was wanted', () => {
    rmSync(at('root/sys/hypervisor'), { recursive: true });
    put(
      'settings.json',
      JSON.stringify({
        hypervisor: 'none',
        bridge: 'xenbr0',
        device: 'xenbr0',
        wantsAddress: true,
        wantsGateway: true,
      }),
    );
    rmSync(at('records'), { recursive: true });
    expect(verdict()).toMatchObject({
      code: 0,
      answer: { dom0: { up: true, hypervisor: 'none' }, domus: [], fallback: false, why: null },
    });
  }, 30_000);

  it('tells guests that failed, vanished, were not created and never spoke apart', () => {
    for (const name of ['failed', 'gone', 'refused', 'mute']) record(name);
    put('id/failed', '4');
    put('store/4/state', 'failed');
    put('store/4/why', 'health: unit nginx');
    put('starts/gone.json', '{"created":true}');
    put('starts/refused.json', '{"created":false,"why":"xl create: no memory"}');
    put('id/mute', '5');
    put(
      'root/var/log/xen/console/guest-gone.log',
      'Welcome to GRUB!\r\n[    9.1] Kernel panic - not syncing: no root\r\n[    9.2] Rebooting\r\n',
    );
    put('root/var/log/xen/console/guest-mute.log', '\u001b[0;32mLoading\u001b[0m \u0007...\r\n\r\n');
    const why = Object.fromEntries(verdict().answer.domus.map((domu) => [domu['name'], domu['why']]));
    expect(why).toEqual({
      web1: null,
      failed: 'health: unit nginx',
      gone: expect.stringMatching(/is gone.*; its console ends with: \[ *9\.1\] Kernel panic - not syncing: no root$/),
      refused: 'xl create: no memory',
      mute: 'it runs, but has not said that it is up; its console ends with: Loading ...',
    });
  }, 60_000);

  it('tells the journal, not the console, of a guest that is up but panicked before', () => {
    put('console', '');
    put('root/var/log/xen/console/guest-web1.log', '[    9.1] Kernel panic - not syncing: no root\r\nlogin: ');
    const { answer, journal } = verdict();
    expect(answer.domus[0]).toMatchObject({ up: true, why: null });
    expect(journal).toContain('web1 is up, but before that: [    9.1] Kernel panic - not syncing: no root');
    expect(readFileSync(at('console'), 'utf8')).not.toContain('panic');
  }, 30_000);

  it('asks ports itself, and leaves guests without autostart alone', () => {
    record('web1', { health: [{ tcp: 1 }], reports: false, address: '127.0.0.1' });
    record('manual', { autostart: false });
    const { domus } = verdict().answer;
    expect(domus).toHaveLength(1);
    expect(domus[0]).toMatchObject({ up: false, why: expect.stringContaining('port 1') });
  }, 60_000);

  it('says what is wrong with the network, and what other units found', () => {
    put('silent', '');
    put('root/run/xenwright/uplink-replaced', 'the network card enp1s0 is gone: enp2s0 took its place\n');
    expect(verdict().answer.why).toBe(
      'the gateway does not answer; the network card enp1s0 is gone: enp2s0 took its place',
    );
    put('address', '[]');
    const { code, answer } = verdict();
    expect(code).toBe(1);
    expect(answer.why).toContain('xenbr0 has no address');
  }, 60_000);
});

describe('the file with the verdict', () => {
  it('is gone while a new check runs, and then has the start and the time that it is of', async () => {
    put('root/proc/sys/kernel/random/boot_id', '11111111-2222-4333-8444-555555555555\n');
    for (const path of ['out/first-boot.json', 'root/run/xenwright/first-boot.json'])
      put(path, '{"version":1,"why":"Xen did not come up"}');
    // The network is slow to come: so long the check looks at Dom0.
    put('address', '[]');
    const child = spawn(FIRST_BOOT, [], { env: { ...environment(), XENWRIGHT_SLOW: '0.1' } });
    const ended = new Promise((resolve) => {
      child.once('close', resolve);
    });
    await new Promise((resolve) => {
      setTimeout(resolve, 1500);
    });
    expect([
      child.exitCode,
      existsSync(at('out/first-boot.json')),
      existsSync(at('root/run/xenwright/first-boot.json')),
    ]).toEqual([null, false, false]);
    put('address', '[{"addr_info":[{"family":"inet","local":"10.0.2.15","scope":"global"}]}]');
    expect(await ended).toBe(0);
    for (const path of ['out/first-boot.json', 'root/run/xenwright/first-boot.json']) {
      const kept = JSON.parse(readFileSync(at(path), 'utf8')) as { bootId: string; time: string; why: string | null };
      expect(kept).toMatchObject({
        bootId: '11111111-2222-4333-8444-555555555555',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        why: null,
      });
      expect(Math.abs(Date.parse(kept.time) - Date.now())).toBeLessThan(10_000);
    }
  }, 30_000);
});
