import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hostForEach, FIRST_BOOT, at, environment, put, record, verdict } from './first-boot-host.ts';

hostForEach();

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
      writeFileSync(at(`store/${number}/${key}`), value);
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
    mkdirSync(at('root/var/log/xen/console'), { recursive: true });
    symlinkSync(at('secret'), at('root/var/log/xen/console/guest-mute.log'));
    expect(lines()['mute']).toMatchObject({ up: false, why: 'it runs, but has not said that it is up' });
    rmSync(at('root/var/log/xen/console/guest-mute.log'));
    spawnSync('mkfifo', [at('root/var/log/xen/console/guest-mute.log')]);
    expect(lines()['mute']).toMatchObject({ up: false, why: 'it runs, but has not said that it is up' });
  }, 60_000);

  it('is missing where its record is broken, and that is told in its line', () => {
    put('records/db1.json', '{"name": "db1", ');
    const told = lines();
    expect(told['web1']).toEqual(honest);
    expect(told['db1']).toMatchObject({ up: false, why: expect.stringContaining('its record cannot be read') });
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
    const child = spawn(FIRST_BOOT, ['web1'], { env: environment() });
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
