/** `xenwright host watch` as a whole: a stand-in for sendmail, a server on loopback, a host whose array fails. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { hostWatch, type WatchOptions } from '../../../src/commands/host/watch/run.ts';
import type { StatusPort } from '../../../src/host/status/port.ts';
import { emptyPort } from '../../host/status/empty-port.ts';

const home = mkdtempSync(join(tmpdir(), 'xw-host-watch-'));
const [tools, mails, memory, address] = ['tools', 'mails', 'watch.json', 'address'].map((name) => join(home, name)) as [
  string,
  string,
  string,
  string,
];
afterAll(() => rmSync(home, { recursive: true, force: true }));
afterEach(() => vi.unstubAllEnvs());
beforeEach(() => {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(tools, { recursive: true, mode: 0o755 });
  vi.stubEnv('PATH', `${tools}:/usr/bin:/bin`);
  sendmail(`cat >>${mails}`);
});

function sendmail(script: string): void {
  writeFileSync(join(tools, 'sendmail'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(tools, 'sendmail'), 0o755);
}
const host = (disks: '[UU]' | '[U_]'): StatusPort => ({
  ...emptyPort(),
  read: async (path) =>
    ({
      '/proc/sys/kernel/hostname': 'xen1\n',
      '/proc/mdstat': `Personalities : [raid1]\nmd0 : active raid1 sdb1[1] sda1[0]\n      104 blocks [2/${disks === '[UU]' ? 2 : 1}] ${disks}\n`,
    })[path] ?? null,
});

interface Run {
  readonly out: string;
  readonly err: string;
}
async function watch(options: WatchOptions, port: StatusPort): Promise<Run> {
  let [out, err] = ['', ''];
  const io = {
    readText: async () => '',
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    interactive: false,
  };
  expect(await hostWatch(options, io, { port, memory })).toBe(0);
  return { out, err };
}
const sent = (): string => (existsSync(mails) ? readFileSync(mails, 'utf8') : '');
const count = (text: string, word: string): number => text.split(word).length - 1;

test('an array that fails is one mail, however often it is looked at, and that it is well again is one more', async () => {
  for (let round = 0; round < 4; round += 1) await watch({ mail: true }, host('[U_]'));
  expect(count(sent(), 'md0')).toBeGreaterThan(0);
  expect(sent()).toMatch(/^To: root\nSubject: xen1: critical\n/);
  const before = sent();
  for (let round = 0; round < 3; round += 1) await watch({ mail: true }, host('[UU]'));
  expect(sent().slice(before.length)).toMatch(/-> ok {2}raid: .*md0/);
  const after = sent();
  await watch({ mail: true }, host('[UU]'));
  expect(sent()).toBe(after);
  expect(statSync(memory).mode & 0o777).toBe(0o600);
});

test('a mail that nobody takes is sent by the next run', async () => {
  sendmail('cat >/dev/null; echo no route >&2; exit 75');
  await expect(watch({ mail: true }, host('[U_]'))).rejects.toMatchObject({ code: 'watch-not-sent', exit: 5 });
  sendmail(`cat >>${mails}`);
  await watch({ mail: true }, host('[U_]'));
  expect(sent()).toMatch(/critical {2}raid: .*md0/);
});

test('a change is posted as JSON to the address in a file, and a server that refuses is asked again', async () => {
  const bodies: string[] = [];
  let status = 503;
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => {
      bodies.push(body);
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  try {
    writeFileSync(address, `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook?token=secret\n`, {
      mode: 0o600,
    });
    const failed = await watch({ postTo: address }, host('[U_]')).catch((error: unknown) => error);
    expect(failed).toMatchObject({ code: 'watch-not-sent', exit: 5 });
    expect(String(failed)).not.toContain('secret');
    status = 200;
    await watch({ postTo: address }, host('[U_]'));
    expect(JSON.parse(bodies[1] ?? '')).toMatchObject({
      ...{ version: 1, hostname: 'xen1', state: 'critical', ended: [] },
      news: expect.arrayContaining([expect.objectContaining({ check: 'raid', state: 'critical' })]) as unknown,
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test('a dry run prints what would be sent, and remembers nothing', async () => {
  expect((await watch({ dryRun: true }, host('[U_]'))).out).toMatch(/critical {2}raid: .*md0/);
  expect([existsSync(memory), sent()]).toEqual([false, '']);
});

test('what is remembered and cannot be read is said, and all is told anew', async () => {
  await watch({ mail: true }, host('[U_]'));
  const before = sent();
  writeFileSync(memory, '{');
  expect((await watch({ mail: true }, host('[U_]'))).err).toContain(memory);
  expect(sent().slice(before.length)).toContain('md0');
});

test('without a place to send to, or with a file that has no address, nothing is begun', async () => {
  await expect(watch({}, host('[U_]'))).rejects.toMatchObject({ code: 'watch-nowhere', exit: 2 });
  writeFileSync(address, 'file:///etc/shadow\n', { mode: 0o600 });
  await expect(watch({ postTo: address }, host('[U_]'))).rejects.toMatchObject({ code: 'watch-address', exit: 2 });
});
