import { spawn, spawnSync, type SpawnSyncReturns } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
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
  put('root/sys/hypervisor/version/major', '4\n');
  put('root/sys/hypervisor/version/minor', '20\n');
  put('root/sys/hypervisor/version/extra', '.3\n');
  mkdirSync(join(home, 'root/sys/class/net/xenbr0'), { recursive: true });
  put(
    'settings.json',
    JSON.stringify({ hypervisor: 'xen', bridge: 'xenbr0', device: 'xenbr0', wantsAddress: true, wantsGateway: true }),
  );
  record('web1');
  put('store/3/state', 'up');
  put('store/3/addresses', '10.0.2.16 fec0::16');
  put('store/3/seconds', '48');
  put('id/web1', '3');
  put(
    'address',
    '[{"addr_info":[{"family":"inet6","local":"fe80::1","scope":"link"},{"family":"inet","local":"10.0.2.15","scope":"global"}]}]',
  );
  put(
    'bin/ip',
    `#!/bin/sh\ncase "$*" in *addr*) cat ${home}/address ;; *-4*route*) echo '[{"gateway":"10.0.2.2","dev":"xenbr0"}]' ;; *) echo '[]' ;; esac\n`,
    0o755,
  );
  put('bin/systemctl', '#!/bin/sh\necho 61000000\n', 0o755);
  put('bin/ping', `#!/bin/sh\n[ ! -e ${home}/silent ]\n`, 0o755);
  put(
    'bin/xl',
    `#!/bin/sh\necho "xl $*" >>${home}/asked\ncd ${home}/id\nprintf 'Name ID Mem VCPUs\\tState\\tTime(s)\\nDomain-0 0 1024 2 r----- 9.0\\n'\n[ "$2" = 0 ] && exit\nfor one in *; do printf '%-40s %5d   384     1     -b----       1.0\\n' $one $(cat $one); done\n`,
    0o755,
  );
  put(
    'bin/xenstore-read',
    `#!/bin/sh\necho "xenstore-read $*" >>${home}/asked\ncat ${home}/store/$(echo $1 | cut -d/ -f4)/$(basename $1) 2>/dev/null\n`,
    0o755,
  );
  put(
    'bin/grub-editenv',
    `#!/bin/sh\nif [ "$2" = list ]; then cat ${home}/grubenv 2>/dev/null; else rm -f ${home}/grubenv; echo "$2 $3" >>${home}/env.log; fi\n`,
    0o755,
  );
});
afterEach(() => {
  rmSync(home, { recursive: true });
});

function record(name: string, more: object = {}): void {
  put(
    `records/${name}.json`,
    JSON.stringify({ name, type: 'pvh', autostart: true, reports: true, health: [], ...more }),
  );
}

function environment(): Record<string, string> {
  return {
    PATH: `${home}/bin:/usr/bin:/bin`,
    XENWRIGHT_ROOT: join(home, 'root'),
    XENWRIGHT_SETTINGS: join(home, 'settings.json'),
    XENWRIGHT_RECORDS: join(home, 'records'),
    XENWRIGHT_STATE: join(home, 'starts'),
    XENWRIGHT_VERDICT: join(home, 'out/first-boot.json'),
    XENWRIGHT_CONSOLE: join(home, 'console'),
    XENWRIGHT_SLOW: '0.01',
  };
}

function check(...names: readonly string[]): SpawnSyncReturns<string> {
  return spawnSync('python3', ['-c', FIRST_BOOT, ...names], { encoding: 'utf8', env: environment() });
}

function asked(...names: readonly string[]): { code: number | null; answer: unknown } {
  const { status, stdout } = check(...names);
  return { code: status, answer: JSON.parse(stdout) };
}

function verdict(): {
  code: number | null;
  journal: string;
  answer: { dom0: Record<string, unknown>; domus: Record<string, unknown>[]; fallback: boolean; why: string | null };
} {
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
      readFileSync(join(home, 'console'), 'utf8')
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
    expect(answer).toMatchObject({
      dom0: { up: true, hypervisor: 'none', xen: null, address: '10.0.2.15' },
      fallback: true,
    });
    expect(answer.why).toContain('Xen did not come up');
    expect(answer.domus[0]).toMatchObject({ up: false, why: 'Xen is not running' });
  }, 30_000);

  it('is content with a plain host where none was wanted', () => {
    rmSync(join(home, 'root/sys/hypervisor'), { recursive: true });
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
    rmSync(join(home, 'records'), { recursive: true });
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
    expect(readFileSync(join(home, 'console'), 'utf8')).not.toContain('panic');
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

describe('what a guest says', () => {
  /** The lines of the verdict, by name; web1 is the honest one. */
  function lines(): Record<string, Record<string, unknown>> {
    return Object.fromEntries(verdict().answer.domus.map((domu) => [String(domu['name']), domu]));
  }
  const honest = { name: 'web1', up: true, type: 'pvh', why: null, address: '10.0.2.16', seconds: 48 };

  /** A guest that writes these bytes into its part of xenstore. */
  function says(name: string, number: number, values: Readonly<Record<string, string | Buffer>>): void {
    record(name);
    put(`id/${name}`, String(number));
    for (const [key, value] of Object.entries(values)) {
      put(`store/${number}/${key}`, '');
      writeFileSync(join(home, `store/${number}/${key}`), value);
    }
  }

  it('is nonsense in its own line, and in nobody else’s', () => {
    says('words', 4, { state: 'up', addresses: '10.0.2.17', seconds: 'abc' });
    says('bytes', 5, { state: Buffer.from([0x75, 0x70, 0xff]), addresses: Buffer.from([0xff, 0xfe]), seconds: '١٢' });
    says('huge', 6, {
      state: 'failed',
      why: 'x'.repeat(5_000_000),
      addresses: '10.0.2.9 '.repeat(100_000),
      seconds: '9'.repeat(100_000),
    });
    says('terminal', 7, {
      state: 'failed',
      why: Buffer.from('\u001b[2J\u001b]0;title\u0007no \u202egnol\u0000 disk\r\nXENWRIGHT-VERDICT {}', 'utf8'),
    });
    const told = lines();
    expect(told['web1']).toEqual(honest);
    expect(told['words']).toMatchObject({ up: true, address: '10.0.2.17', seconds: null });
    expect(told['bytes']).toMatchObject({ up: false, why: 'it runs, but has not said that it is up' });
    expect(told['huge']).toMatchObject({ up: false, why: 'x'.repeat(300), address: '10.0.2.9', seconds: null });
    expect(told['terminal']).toMatchObject({ up: false, why: expect.stringMatching(/^[^\p{Cc}\p{Cf}]{1,300}$/u) });
  }, 60_000);

  it.each([
    '-f/etc/shadow',
    '/etc/shadow',
    '--',
    '10.0.2.17/24',
    'fe80::1%eth0',
    'localhost',
    '127.0.0.1',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '169.254.1.1',
    '1',
    '10.0.2.15',
    '10.0.2.016',
  ])(
    'is no address of a guest: %s',
    (word) => {
      says('odd', 4, { state: 'up', addresses: `${word} 10.0.2.17`, seconds: '9' });
      const told = lines();
      expect(told['odd']).toMatchObject({ up: true, address: '10.0.2.17' });
      expect(told['web1']).toEqual(honest);
    },
    30_000,
  );

  it('on its console is read from that very file only', () => {
    says('mute', 4, {});
    put('secret', 'the root password of Dom0\n');
    mkdirSync(join(home, 'root/var/log/xen/console'), { recursive: true });
    symlinkSync(join(home, 'secret'), join(home, 'root/var/log/xen/console/guest-mute.log'));
    expect(lines()['mute']).toMatchObject({ up: false, why: 'it runs, but has not said that it is up' });
    rmSync(join(home, 'root/var/log/xen/console/guest-mute.log'));
    spawnSync('mkfifo', [join(home, 'root/var/log/xen/console/guest-mute.log')]);
    expect(lines()['mute']).toMatchObject({ up: false, why: 'it runs, but has not said that it is up' });
  }, 60_000);

  it('is missing where its record is broken, and that is told in its line', () => {
    put('records/db1.json', '{"name": "db1", ');
    const told = lines();
    expect(told['web1']).toEqual(honest);
    expect(told['db1']).toMatchObject({ up: false, why: expect.stringContaining('its record cannot be read') });
  }, 30_000);
});

describe('the file with the verdict', () => {
  it('is gone while a new check runs, and then has the start and the time that it is of', async () => {
    put('root/proc/sys/kernel/random/boot_id', '11111111-2222-4333-8444-555555555555\n');
    for (const path of ['out/first-boot.json', 'root/run/xenwright/first-boot.json'])
      put(path, '{"version":1,"why":"Xen did not come up"}');
    // The network is slow to come: so long the check looks at Dom0.
    put('address', '[]');
    const child = spawn('python3', ['-c', FIRST_BOOT], { env: { ...environment(), XENWRIGHT_SLOW: '0.1' } });
    const ended = new Promise((resolve) => {
      child.once('close', resolve);
    });
    await new Promise((resolve) => {
      setTimeout(resolve, 1500);
    });
    expect([
      child.exitCode,
      existsSync(join(home, 'out/first-boot.json')),
      existsSync(join(home, 'root/run/xenwright/first-boot.json')),
    ]).toEqual([null, false, false]);
    put('address', '[{"addr_info":[{"family":"inet","local":"10.0.2.15","scope":"global"}]}]');
    expect(await ended).toBe(0);
    for (const path of ['out/first-boot.json', 'root/run/xenwright/first-boot.json']) {
      const kept = JSON.parse(readFileSync(join(home, path), 'utf8')) as {
        bootId: string;
        time: string;
        why: string | null;
      };
      expect(kept).toMatchObject({
        bootId: '11111111-2222-4333-8444-555555555555',
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        why: null,
      });
      expect(Math.abs(Date.parse(kept.time) - Date.now())).toBeLessThan(10_000);
    }
  }, 30_000);
});

describe('waiting', () => {
  const events = '#!/bin/sh\nwhile [ ! -e HOME/events ]; do sleep 0.1; done\nexec cat HOME/events\n';
  const asked = (): string[] => readFileSync(join(home, 'asked'), 'utf8').trim().split('\n');

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
    spawnSync('mkfifo', [join(home, 'events')]);
    put('bin/xenstore-watch', events.replaceAll('HOME', home), 0o755);
    const child = spawn('python3', ['-c', FIRST_BOOT, 'a', 'b', 'c', 'd', 'web1'], {
      env: { ...environment(), XENWRIGHT_SLOW: '1' },
    });
    let endedMs = 0;
    const ended = new Promise((resolve) => {
      child.once('close', (code) => {
        endedMs = performance.now();
        resolve(code);
      });
    });
    const pipe = openSync(join(home, 'events'), 'r+');
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
    rmSync(join(home, 'id/d'));
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
    spawn('/bin/sh', ['-c', `sleep 1; echo up >${home}/store/4/state`], { stdio: 'ignore' });
    put('store/4/seconds', '9');
    expect(verdict().code).toBe(0);
  }, 60_000);

  it('for one that the starter tries again does not end before that has', async () => {
    record('web2');
    put('starts/web2.json', '{"created":true,"attempts":2,"again":true}');
    const child = spawn('python3', ['-c', FIRST_BOOT, 'web2'], { env: { ...environment(), XENWRIGHT_SLOW: '0.05' } });
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

describe('the health of a guest', () => {
  /** A server in the guest’s place; this test’s own process must stay free to answer. */
  async function whyNot(health: object, answer: (socket: Socket) => void): Promise<unknown> {
    const server = createServer(answer).on('error', () => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo;
    record('web1', {
      reports: false,
      address: '127.0.0.1',
      health: [{ http: `http://some:pa55word@localhost:${port}/well?token=t0ken`, status: 200, ...health }],
    });
    const child = spawn('python3', ['-c', FIRST_BOOT, 'web1'], { env: environment() });
    let said = '';
    child.stdout.on('data', (chunk) => {
      said += String(chunk);
    });
    await new Promise((resolve) => {
      child.once('close', resolve);
    });
    server.close();
    expect(said).not.toMatch(/pa55word|t0ken/);
    return (JSON.parse(said) as { why: unknown }[])[0]?.why;
  }
  const http =
    (text: string) =>
    (socket: Socket): void => {
      socket.on('error', () => undefined).once('data', () => socket.end(text));
    };

  it('is what it answers to the one question', async () => {
    let heard = '';
    expect(
      await whyNot({}, (socket) => {
        socket.once('data', (chunk) => {
          heard += String(chunk);
          socket.end('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
        });
      }),
    ).toBeNull();
    expect(heard).toMatch(/^GET \/well\?token=t0ken HTTP\/1\.1\r\n/);
    expect(heard).toContain(`Authorization: Basic ${Buffer.from('some:pa55word').toString('base64')}`);
  }, 30_000);

  it('leads nobody elsewhere: a redirect is an answer like any other', async () => {
    let met = 0;
    const other = createServer((socket) => {
      met += 1;
      socket.end('HTTP/1.1 200 OK\r\n\r\n');
    });
    await new Promise<void>((resolve) => {
      other.listen(0, '127.0.0.1', resolve);
    });
    const to = `HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:${(other.address() as AddressInfo).port}/\r\n\r\n`;
    expect(await whyNot({}, http(to))).toMatch(/answered 302 \(a redirect is not followed\), not 200$/);
    expect(await whyNot({ status: 302 }, http(to))).toBeNull();
    expect(met).toBe(0);
    other.close();
  }, 30_000);

  it.each([
    ['nothing of HTTP', 'SSH-2.0-\u00ff\u001b[2J\r\n\r\n'],
    ['a line without end', 'H'.repeat(200_000)],
    ['headers without end', `HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(5000)}`],
    ['a status that is no number', 'HTTP/1.1 abc OK\r\n\r\n'],
  ])(
    'is bad when it answers %s',
    async (_, text) => {
      expect(await whyNot({}, http(text))).toMatch(/^http:\/\/localhost:\d+\/well: \P{Cc}+$/u);
    },
    30_000,
  );

  it('is bad when the answer comes for ever', async () => {
    const begun = performance.now();
    const why = await whyNot({}, (socket) => {
      const clock = setInterval(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 20);
      socket
        .on('error', () => undefined)
        .on('close', () => {
          clearInterval(clock);
        });
    });
    expect(why).toContain('no whole answer within 1 s');
    expect(performance.now() - begun).toBeLessThan(20_000);
  }, 40_000);
});
