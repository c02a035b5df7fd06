import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostReport } from '../../../src/plan/dom0/report.ts';
import type { HostReport } from '../../../src/report/host-report.ts';
import { asset } from '../../assets.ts';
import { openReceiver, type Receiver } from '../../report-receiver.ts';
import { selfSigned, serve } from '../../system/http/web-server.ts';
import { planOf } from '../host.ts';
import { modelOf } from '../trees/model.ts';

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIEf2jeZJ2Eo+JPkSJ4iPkYOnPkHCOSiuKwoBAWMVCYaC';
const SECRET = 'a sécret of the test';
const REPORT = asset('host/report.py');
let home = '';
let receiver: Receiver;
const put = (path: string, text: string, mode = 0o644): void => {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text, { mode });
};
const web1 = { name: 'web1', up: true, type: 'pvh', why: null, address: '192.0.2.21', seconds: 48 };
const verdict = (more: object = {}): void =>
  put(
    'run/xenwright/first-boot.json',
    JSON.stringify({
      version: 1,
      dom0: { up: true, hypervisor: 'xen', address: '192.0.2.10', seconds: 61 },
      domus: [web1],
      fallback: false,
      why: null,
      ...more,
    }),
  );

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'xw-report-'));
  receiver = await openReceiver();
  put('etc/xenwright/report.json', JSON.stringify({ url: receiver.url, secret: SECRET, hostname: 'xen1.example.org' }));
  put('etc/xenwright/first-boot.json', JSON.stringify({ device: 'xenbr0' }));
  put('boot/xenwright/installed.json', JSON.stringify({ id: 'i', run: 'run-7', planHash: 'p' }));
  put('etc/ssh/ssh_host_ed25519_key.pub', `ssh-ed25519 ${KEY} root@xen1\n`);
  put(
    'bin/ip',
    '#!/bin/sh\necho \'[{"addr_info":[{"local":"192.0.2.10","scope":"global"},{"local":"fe80::1","scope":"link"}]}]\'\n',
    0o755,
  );
  put('bin/ssh-keyscan', `#!/bin/sh\necho "# $3:22 SSH-2.0"\necho "$3 ssh-ed25519 ${KEY}"\n`, 0o755);
  verdict();
});
afterEach(async () => {
  await receiver.close();
  rmSync(home, { recursive: true });
});

async function report(seconds = 20): Promise<{ code: number | null; said: string }> {
  const child = spawn(REPORT, {
    env: {
      PATH: `${home}/bin:/usr/bin:/bin`,
      XENWRIGHT_ROOT: home,
      XENWRIGHT_REPORT_SECONDS: String(seconds),
      XENWRIGHT_REPORT_PAUSE: '0.05',
    },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += String(chunk);
    });
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, said };
}
const reports = (): HostReport[] =>
  receiver.requests.flatMap(({ body }) =>
    body
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as HostReport),
  );

describe('the report of an installed host', () => {
  it('carries the run, Dom0 and every DomU with addresses and fingerprints, and is signed like the run', async () => {
    expect(await report()).toMatchObject({ code: 0 });
    const fingerprint = [expect.stringMatching(/^SHA256:[\w+/]{43} \(ED25519\)$/)];
    expect(reports()).toEqual([
      expect.objectContaining({
        seq: 1_000_001,
        run: 'run-7',
        type: 'host.report',
        hostname: 'xen1.example.org',
        boot: 1,
        result: 'up',
        fallback: false,
        why: null,
        dom0: expect.objectContaining({
          up: true,
          hypervisor: 'xen',
          addresses: ['192.0.2.10'],
          sshHostKeys: fingerprint,
          seconds: 61,
        }),
        domus: [
          expect.objectContaining({ name: 'web1', up: true, addresses: ['192.0.2.21'], sshHostKeys: fingerprint }),
        ],
      }),
    ]);
    const [{ headers, body } = { headers: {}, body: '' }] = receiver.requests;
    expect(headers).toMatchObject({
      'x-xenwright-signature': `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`,
      'x-xenwright-run': 'run-7',
      'x-xenwright-first-seq': '1000001',
    });
  }, 30_000);

  it('calls the plain kernel, and a guest that is not up, a failure', async () => {
    verdict({
      fallback: true,
      why: 'Xen did not come up',
      dom0: { up: true, hypervisor: 'none', address: null, seconds: 9 },
      domus: [{ ...web1, up: false, why: 'Xen is not running', address: null }],
    });
    await report();
    expect(reports()[0]).toMatchObject({
      result: 'failed',
      fallback: true,
      why: 'Xen did not come up',
      domus: [{ up: false, why: 'Xen is not running', sshHostKeys: [] }],
    });
  }, 30_000);

  it('waits for a receiver that is broken, and tells why in its journal', async () => {
    receiver.behave(503);
    setTimeout(() => receiver.behave(200), 1_000);
    const { code, said } = await report();
    expect(code).toBe(0);
    expect(said).toContain('not reported yet: the server answered 503');
    expect(said).not.toContain(SECRET);
  }, 30_000);

  it('gives up in the end, and sends what was not taken with the next start', async () => {
    receiver.behave(302);
    expect((await report(0.3)).code).toBe(1);
    expect(statSync(join(home, 'var/lib/xenwright/report-pending.ndjson')).mode & 0o777).toBe(0o600);
    receiver.behave(200);
    expect((await report()).code).toBe(0);
    expect(reports().map(({ seq, boot }) => [seq, boot])).toEqual([
      [1_000_001, 1],
      [1_000_002, 2],
    ]);
    expect(receiver.requests).toHaveLength(1);
    expect(existsSync(join(home, 'var/lib/xenwright/report-pending.ndjson'))).toBe(false);
  }, 30_000);

  it('tries once more, and waits no longer, when the host goes down', async () => {
    receiver.behave(503);
    const begun = performance.now();
    const child = spawn('/bin/sh', ['-c', 'trap "" TERM; exec "$0"', REPORT], {
      env: { PATH: `${home}/bin:/usr/bin:/bin`, XENWRIGHT_ROOT: home, XENWRIGHT_REPORT_PAUSE: '30' },
    });
    child.stdout.on('data', (chunk) => {
      if (!String(chunk).includes('not reported yet')) return;
      receiver.behave(200);
      child.kill('SIGTERM');
    });
    expect(
      await new Promise((resolve) => {
        child.once('close', resolve);
      }),
    ).toBe(0);
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(reports()).toHaveLength(1);
  }, 30_000);

  it('waits for the verdict of this very start, and tells it even when the host is switched off right after', async () => {
    rmSync(join(home, 'run/xenwright/first-boot.json'));
    put(
      'var/lib/xenwright/first-boot.json',
      '{"version":1,"dom0":{"up":false,"hypervisor":"none"},"domus":[],"fallback":false,"why":"an earlier start"}',
    );
    const child = spawn('/bin/sh', ['-c', 'trap "" TERM; exec "$0"', REPORT], {
      env: { PATH: `${home}/bin:/usr/bin:/bin`, XENWRIGHT_ROOT: home, XENWRIGHT_REPORT_PAUSE: '0.05' },
    });
    setTimeout(() => {
      verdict();
      child.kill('SIGTERM');
    }, 1_000);
    expect(
      await new Promise((resolve) => {
        child.once('close', resolve);
      }),
    ).toBe(0);
    expect(reports()).toEqual([expect.objectContaining({ result: 'up', boot: 1 })]);
  }, 30_000);

  it('tells nothing of a start that ended before it was checked', async () => {
    rmSync(join(home, 'run/xenwright/first-boot.json'));
    const child = spawn('/bin/sh', ['-c', 'trap "" TERM; exec "$0"', REPORT], {
      env: { PATH: `${home}/bin:/usr/bin:/bin`, XENWRIGHT_ROOT: home, XENWRIGHT_REPORT_PAUSE: '0.05' },
    });
    setTimeout(() => {
      child.kill('SIGTERM');
    }, 1_000);
    expect(
      await new Promise((resolve) => {
        child.once('close', resolve);
      }),
    ).toBe(0);
    expect([receiver.requests, existsSync(join(home, 'var/lib/xenwright/report.json'))]).toEqual([[], false]);
  }, 30_000);

  it('says so when the check itself has failed', async () => {
    rmSync(join(home, 'run/xenwright/first-boot.json'));
    put('bin/systemctl', '#!/bin/sh\necho failed\n', 0o755);
    expect(await report(30)).toMatchObject({ code: 0 });
    expect(reports()[0]).toMatchObject({ result: 'failed', why: 'the first-boot check left no verdict' });
  }, 40_000);

  it('takes only the verdict of this very start', async () => {
    put('proc/sys/kernel/random/boot_id', 'this\n');
    verdict({ bootId: 'another', why: 'Xen did not come up', fallback: true });
    setTimeout(() => verdict({ bootId: 'this' }), 1_000);
    await report();
    expect(reports()).toEqual([expect.objectContaining({ result: 'up', fallback: false, bootId: 'this' })]);
  }, 30_000);

  it('asks an address for its keys, and nothing else that a guest has written', async () => {
    put('bin/ssh-keyscan', `#!/bin/sh\necho "$*" >>${home}/asked\necho "$3 ssh-ed25519 ${KEY}"\n`, 0o755);
    const odd = [
      '-f/etc/shadow',
      '--',
      '/etc/passwd',
      'fe80::1%-f/etc/shadow',
      'xen1',
      '192.0.2.1 -f/etc/shadow',
      7,
      ['-f'],
      {},
    ];
    verdict({
      domus: [
        ...odd.map((address, index) => ({ ...web1, name: `odd${index}`, address })),
        { ...web1, name: 'six', address: '2001:DB8::21' },
        web1,
      ],
    });
    await report();
    expect(readFileSync(join(home, 'asked'), 'utf8')).toBe('-T 10 2001:db8::21\n-T 10 192.0.2.21\n');
    const domus = reports()[0]?.domus ?? [];
    expect(domus.map(({ name, sshHostKeys }) => `${name} ${sshHostKeys.length}`)).toEqual([
      ...odd.map((_, index) => `odd${index} 0`),
      'six 1',
      'web1 1',
    ]);
  }, 30_000);

  it('has of what a guest shows its keys, whatever else comes', async () => {
    const other = Buffer.from(`\0\0\0\u0007ssh-dss${'x'.repeat(40)}`).toString('base64');
    const lines = [
      `# $3:22 SSH-2.0-\\377\\376\\033[2J\\013$3 ssh-rsa ${other}`,
      `$3 ssh-ed25519 ${KEY}`,
      `$3 ssh-ed25519 ${other}`,
      '$3 ssh-evil AAAA',
      '$3 ssh-rsa -----',
      `192.0.2.99 ssh-dss ${other}`,
      '$3',
    ];
    put(
      'bin/ssh-keyscan',
      `#!/bin/sh\nprintf "${lines.join('\\n')}\\n"\nyes "$3 ssh-dss ${other}" | head -c 100000000\n`,
      0o755,
    );
    expect(await report()).toMatchObject({ code: 0 });
    expect(reports()[0]?.domus).toMatchObject([
      {
        name: 'web1',
        up: true,
        sshHostKeys: [expect.stringMatching(/\(DSA\)$/), expect.stringMatching(/\(ED25519\)$/)],
      },
    ]);
  }, 60_000);

  it('is sent although what an earlier start has left is torn', async () => {
    put('var/lib/xenwright/report-pending.ndjson', '\0\0\n{"seq": 1000001, "ty\n[]\n{"seq":"x"}\n');
    put('var/lib/xenwright/report.json', '[1]\n');
    expect(await report()).toMatchObject({ code: 0 });
    expect(reports()).toEqual([expect.objectContaining({ result: 'up', boot: 1 })]);
  }, 30_000);

  it('loses of a verdict that is nonsense in part only that part', async () => {
    verdict({ domus: [null, 5, { name: 'half' }, { ...web1, up: 'yes' }, web1] });
    expect(await report()).toMatchObject({ code: 0 });
    expect(reports()[0]).toMatchObject({
      result: 'failed',
      domus: [{ up: false }, { up: false }, { name: 'half', up: false }, { up: false }, { name: 'web1', up: true }],
    });
  }, 30_000);

  it('is sent to an address with a password, too', async () => {
    put(
      'etc/xenwright/report.json',
      JSON.stringify({ url: receiver.url.replace('//', '//some:p%40ss@'), secret: null, hostname: 'xen1' }),
    );
    expect((await report()).code).toBe(0);
    expect(receiver.requests[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('some:p@ss').toString('base64')}`,
    });
    expect(receiver.requests[0]?.headers).not.toHaveProperty('x-xenwright-signature');
  }, 30_000);

  it("trusts the certificate that the profile's server had to show, and sends nothing to another", async () => {
    const certificate = selfSigned();
    let bodies = '';
    const server = await serve((request, response) => {
      request
        .on('data', (part) => {
          bodies += String(part);
        })
        .on('end', () => response.end());
    }, certificate);
    const target = (tls: object): void =>
      put(
        'etc/xenwright/report.json',
        JSON.stringify({ url: `${server.url}/report`, secret: SECRET, hostname: 'xen1', ...tls }),
      );
    for (const isOnly of [true, false]) {
      target({ tls: { fingerprint: '0'.repeat(64), isOnly } });
      const { code, said } = await report(0.3);
      expect([code, bodies, said]).toEqual([
        1,
        '',
        expect.stringContaining(isOnly ? `not ${'0'.repeat(64)}` : 'certificate verify failed'),
      ]);
    }
    target({ tls: { fingerprint: certificate.fingerprint.replaceAll(':', '').toLowerCase(), isOnly: true } });
    expect(await report()).toMatchObject({ code: 0 });
    expect(bodies).toContain('"host.report"');
    await server.close();
  }, 60_000);
});

describe('what a host needs for its report', () => {
  it('is there only with a webhook, and neither address nor secret stands in the plan', () => {
    expect(hostReport(modelOf())).toEqual({});
    const changes = [
      'report.webhook={"url": "https://some:pa55word@reports.example.org/x?token=t0ken", "secret": "c4n4ry-sings-loud"}',
    ];
    const { files = [], enableUnits = [] } = hostReport(modelOf(changes));
    expect(files.find(({ path }) => path === '/etc/xenwright/report.json')).toMatchObject({
      mode: '0600',
      content: { secret: 'report.webhook' },
    });
    expect(enableUnits).toEqual(['xenwright-report.service']);
    expect(JSON.stringify(planOf(changes))).not.toMatch(/pa55word|t0ken|c4n4ry/);
  });
});
