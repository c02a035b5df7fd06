/**
 * What `medium serve` keeps to itself, and from whom: secrets, keys, state, bundles of others, a terminal that stands
 * still.
 */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  constants,
  linkSync,
  openSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ServeOptions } from '../../src/commands/medium/serve/run.ts';
import { freePort } from '../../src/system/http/free-port.ts';
import { signatureOf } from '../../src/report/webhook.ts';
import { serving, type Serving } from './serving.ts';

const SECRET = 'a secret of the rack';
let folder = '';
let running: Serving | null = null;
const said: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xw-serve-'));
  said.length = 0;
});
afterEach(async () => {
  await running?.stop();
  rmSync(folder, { recursive: true });
});

async function start(options: ServeOptions = {}): Promise<string> {
  running = serving(folder, options, said);
  return await running.base;
}
const statusOf = async (address: string): Promise<number> => (await fetch(address)).status;

async function ask(address: string, localAddress: string): Promise<number> {
  const sent = request(address, { localAddress });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode ?? 0;
}

test('the secret is handed out under no name: neither its own, nor a hard link, nor a symbolic one', async () => {
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${SECRET}\n`);
  linkSync(secretFile, join(folder, 'hard.txt'));
  symlinkSync('secret', join(folder, 'soft.yaml'));
  writeFileSync(join(folder, 'host.yaml'), 'version: 1\n');
  const base = await start({ secretFile });
  for (const name of ['secret', 'hard.txt', 'soft.yaml', '%73ecret', './secret', '/secret'])
    expect(await statusOf(`${base}/${name}`), name).toBe(404);
  expect(await statusOf(`${base}/host.yaml`)).toBe(200);
});

test('private keys, the state of runs and what was received are not handed out, by whatever link', async () => {
  mkdirSync(join(folder, 'state'));
  for (const name of ['journal.ndjson', 'plan.json', 'facts.json']) writeFileSync(join(folder, 'state', name), '{}');
  writeFileSync(join(folder, 'sign.key'), '-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\n');
  writeFileSync(join(folder, 'sign.pub'), '-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n');
  mkdirSync(join(folder, 'reports'));
  writeFileSync(join(folder, 'reports/r1.ndjson'), '{}');
  symlinkSync('reports/r1.ndjson', join(folder, 'r1.txt'));
  symlinkSync('reports', join(folder, 'live'));
  symlinkSync('state/facts.json', join(folder, 'facts.json'));
  const base = await start();
  for (const name of ['state/facts.json', 'state/plan.json', 'facts.json', 'sign.key', 'r1.txt', 'live/r1.ndjson'])
    expect(await statusOf(`${base}/${name}`), name).toBe(404);
  expect(await statusOf(`${base}/sign.pub`)).toBe(200);
});

test('a pipe in the folder holds up nobody', async () => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  mkdirSync(join(folder, 'reports'));
  execFileSync('mkfifo', [join(folder, 'reports/r1.ndjson')]);
  writeFileSync(join(folder, 'host.yaml'), 'version: 1\n');
  const base = await start();
  const asked = await Promise.all(Array.from({ length: 8 }, async () => await statusOf(`${base}/pipe`)));
  expect(new Set(asked)).toEqual(new Set([404]));
  expect(await statusOf(`${base}/host.yaml`)).toBe(200);
});

test('with a secret nothing is read of what has no signature, and nothing is written of what has a wrong one', async () => {
  const secretFile = join(folder, 'secret');
  writeFileSync(secretFile, `${SECRET}\n`);
  const base = await start({ secretFile });
  const { hostname, port } = new URL(base);
  // Its body never comes: the answer does.
  for (const [method, path, signature] of [
    ['POST', '/report', ''],
    ['PUT', '/bundles/x.tar.gz', ''],
    ['PUT', '/bundles/x.tar.gz', 'sha256=x'],
  ] as const) {
    const sent = request({
      hostname,
      port,
      method,
      path,
      headers: { 'content-length': 1000, 'x-xenwright-signature': signature },
    });
    sent.on('error', () => undefined);
    sent.flushHeaders();
    const [{ statusCode }] = (await once(sent, 'response')) as [{ statusCode: number }];
    expect(statusCode).toBe(401);
    sent.destroy();
  }
  const wrong = { 'x-xenwright-signature': signatureOf('other', SECRET) };
  const uploading = connect({ host: hostname, port: Number(port) });
  uploading.write(
    `PUT /bundles/x.tar.gz HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\nx-xenwright-signature: ${wrong['x-xenwright-signature']}\r\n\r\n${'x'.repeat(900_000)}`,
  );
  expect((await fetch(`${base}/bundles/y.tar.gz`, { method: 'PUT', body: 'bundle', headers: wrong })).status).toBe(401);
  expect(readdirSync(join(folder, 'bundles'))).toEqual([]);
  uploading.destroy();
});

test('a bundle of the same name replaces nothing', async () => {
  const base = await start();
  for (const body of ['first', 'second'])
    expect((await fetch(`${base}/bundles/xen1.tar.gz`, { method: 'PUT', body })).status).toBe(201);
  expect(readFileSync(join(folder, 'bundles/xen1.tar.gz'), 'utf8')).toBe('first');
  expect(readFileSync(join(folder, 'bundles/xen1.2.tar.gz'), 'utf8')).toBe('second');
});

test('of one sender so many lines are shown, and how many more', async () => {
  const base = await start();
  for (let count = 0; count < 120; count++) await statusOf(`${base}/nothing${count}`);
  expect(said.filter((text) => text.includes('GET "/nothing'))).toHaveLength(50);
});

test('a terminal that stands still, or is gone, does not stop the server', async () => {
  writeFileSync(join(folder, 'host.yaml'), 'version: 1\n');
  execFileSync('mkfifo', [join(folder, 'terminal')]);
  // Nobody reads it; what is said is four times what it holds.
  const terminal = openSync(join(folder, 'terminal'), constants.O_RDWR);
  const main = join(import.meta.dirname, '../../src/main.ts');
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [main, 'medium', 'serve', folder, '--listen', `127.0.0.1:${port}`], {
    stdio: ['ignore', terminal, terminal],
  });
  try {
    while ((await statusOf(`${base}/host.yaml`).catch(() => 0)) !== 200) await delay(50);
    for (let sender = 1; sender <= 30; sender++)
      await Promise.all(
        Array.from({ length: 40 }, async () => await ask(`${base}/${'n'.repeat(150)}.yaml`, `127.0.2.${sender}`)),
      );
    expect(await statusOf(`${base}/host.yaml`)).toBe(200);
    closeSync(terminal);
    child.kill('SIGHUP');
    expect(await statusOf(`${base}/host.yaml`)).toBe(200);
    expect(child.exitCode).toBeNull();
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  expect(child.exitCode).toBe(0);
});
