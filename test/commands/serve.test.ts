import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { serve, type ServeOptions } from '../../src/commands/medium/serve/run.ts';
import type { RunEvent } from '../../src/engine/events.ts';
import { signatureOf } from '../../src/report/webhook.ts';
import { openWebhook } from '../../src/system/http/webhook.ts';
import { serving, type Serving } from './serving.ts';

let folder = '';
let outside = '';
let running: Serving | null = null;
const said: string[] = [];
beforeEach(() => {
  outside = mkdtempSync(join(tmpdir(), 'xw-serve-'));
  folder = join(outside, 'rack');
  mkdirSync(join(folder, 'live'), { recursive: true });
  writeFileSync(join(outside, 'private'), 'private');
  writeFileSync(join(folder, 'host.yaml'), 'version: 1\n');
  writeFileSync(join(folder, '.hidden'), 'hidden');
  writeFileSync(join(folder, 'live/vmlinuz'), Buffer.alloc(3_000_000, 'k'));
  symlinkSync('../private', join(folder, 'link'));
  symlinkSync('live/vmlinuz', join(folder, 'kernel'));
});
afterEach(async () => {
  await stop();
  rmSync(outside, { recursive: true });
});

/** Empty where it does not come to listen. */
async function start(options: ServeOptions = {}): Promise<string> {
  said.length = 0;
  running = serving(folder, options, said);
  return await running.base.catch(() => '');
}
const stop = async (): Promise<number> => (await running?.stop()) ?? 0;

/** Byte for byte: fetch would tidy the path. */
async function raw(base: string, path: string): Promise<number> {
  const { hostname, port } = new URL(base);
  return await new Promise((resolve, reject) => {
    request({ hostname, port, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
const event = (seq: number, body: object): string =>
  JSON.stringify({ seq, time: '2026-11-25T12:00:00.000Z', run: 'r1', ...body });
const begun = event(1, {
  type: 'run.started',
  planHash: 'p',
  hostname: 'xen1.example.org',
  resumed: false,
  actions: [{ id: 'dom0/root', kind: 'base.write', domain: 'dom0', title: 'Write the root', weight: 1, needs: [] }],
});
const post = async (base: string, body: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(`${base}/report`, { method: 'POST', body, headers })).status;
const kept = (): number[] =>
  readFileSync(join(folder, 'reports/r1.ndjson'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as RunEvent).seq);

test('files are handed out whole and in ranges, and nothing beside them', async () => {
  const base = await start();
  expect(said.join('')).toContain(`xenwright.profile=${base}/host.yaml xenwright.report=${base}/report`);
  const profile = await fetch(`${base}/host.yaml`);
  expect([profile.status, profile.headers.get('content-type'), await profile.text()]).toEqual([
    200,
    'application/yaml; charset=utf-8',
    'version: 1\n',
  ]);
  expect((await (await fetch(`${base}/kernel`)).arrayBuffer()).byteLength).toBe(3_000_000);
  const piece = await fetch(`${base}/live/vmlinuz`, { headers: { range: 'bytes=2999990-' } });
  expect([piece.status, piece.headers.get('content-range'), await piece.text()]).toEqual([
    206,
    'bytes 2999990-2999999/3000000',
    'k'.repeat(10),
  ]);
  expect((await fetch(`${base}/live/vmlinuz`, { headers: { range: 'bytes=9000000-' } })).status).toBe(416);
  const head = await fetch(`${base}/live/vmlinuz`, { method: 'HEAD' });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '3000000']);
  expect(said.join('')).toMatch(/\d 127\.0\.0\.1 GET "\/host\.yaml" 200\n/);
  for (const path of [
    '/../private',
    '/%2e%2e/private',
    '/live/../../private',
    '/link',
    '/.hidden',
    '/live',
    '/nowhere',
    '/reports/r1.ndjson',
  ])
    expect([400, 404]).toContain(await raw(base, path));
});

test('reports are kept once and in order, shown as page, as JSON and in the terminal, and remembered', async () => {
  let base = await start();
  expect(await post(base, `${begun}\n${event(2, { type: 'action.started', id: 'dom0/root' })}\n`)).toBe(204);
  const twice = `${event(2, { type: 'action.started', id: 'dom0/root' })}\n${event(3, { type: 'action.finished', id: 'dom0/root', result: 'done', seconds: 1 })}\n`;
  expect(await Promise.all([post(base, twice), post(base, twice), post(base, twice)])).toEqual([204, 204, 204]);
  expect(
    await post(
      base,
      event(1_000_001, {
        type: 'host.report',
        hostname: 'xen1.example.org',
        boot: 1,
        result: 'up',
        fallback: false,
        why: null,
        dom0: { up: true, addresses: [], sshHostKeys: [] },
        domus: [],
      }),
    ),
  ).toBe(204);
  expect(await post(base, event(4, { type: 'action.started', id: 'dom0/root' }))).toBe(204);
  expect(kept()).toEqual([1, 2, 3, 1_000_001, 4]);
  expect(await post(base, 'no event')).toBe(400);
  expect(await post(base, 'x'.repeat(9_000_000)).catch(() => 413)).toBe(413);
  expect(await stop()).toBe(0);
  base = await start();
  expect(await (await fetch(`${base}/status.json`)).json()).toMatchObject({
    machines: [{ run: 'r1', hostname: 'xen1.example.org', state: 'up' }],
  });
  const page = await fetch(base);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(await page.text()).toContain('<h2>xen1.example.org</h2>');
  expect(await post(base, twice)).toBe(204);
  expect(kept()).toHaveLength(5);
  expect(statSync(join(folder, 'reports/r1.ndjson')).mode & 0o777).toBe(0o600);
});

const UP = {
  type: 'host.report',
  hostname: 'xen1.example.org',
  boot: 1,
  result: 'failed',
  fallback: false,
  why: null,
  dom0: { up: true, addresses: [], sshHostKeys: [] },
  domus: [],
};
const FAILED = {
  type: 'action.finished',
  id: 'dom0/root',
  result: 'failed',
  seconds: 1,
  error: { code: 'x', message: 'no space' },
};
/** Cannot be made a text of. */
const NO_TEXT = { toString: 1, valueOf: 1 };
/** What made the page an error for ever. */
const SPOILING = [
  event(3, { ...FAILED, error: { ...FAILED.error, hint: NO_TEXT } }),
  event(1_000_001, { ...UP, why: NO_TEXT }),
  event(4, { type: 'action.output', id: 'dom0/root', stream: 'notice', text: [1] }),
  event(5, { type: 'run.finished', result: 'done', exit: {}, seconds: 1, domains: [] }),
];
const isWell = async (base: string): Promise<void> => {
  for (const path of ['/', '/status.json']) expect((await fetch(`${base}${path}`)).status).toBe(200);
};

test('what is no event is answered with words, and neither the page nor the other lines of the machine suffer from it', async () => {
  const base = await start();
  expect(await post(base, begun)).toBe(204);
  for (const line of SPOILING) {
    expect(await post(base, line)).toBe(400);
    await isWell(base);
  }
  const mixed = await fetch(`${base}/report`, {
    method: 'POST',
    body: `${event(2, { type: 'action.started', id: 'dom0/root' })}\n${SPOILING.join('\n')}\n\u0000\n${event(6, FAILED)}\n`,
  });
  expect(mixed.status).toBe(400);
  expect(await mixed.text()).toMatch(
    /2 taken\nline 2: error\.hint: [^\n]*\nline 3: why: [^\n]*\nline 4: text: [^\n]*\nline 5: (exit|domains): [^\n]*\nline 6: not JSON\n$/,
  );
  expect(kept()).toEqual([1, 2, 6]);
  expect(said.join('')).toMatch(/POST "\/report" from 127\.0\.0\.1 was refused \(400\): [^\n]*error\.hint/);
  expect(await (await fetch(`${base}/status.json`)).json()).toMatchObject({
    machines: [{ hostname: 'xen1.example.org', failure: { message: 'no space', hint: null } }],
  });
});

test('what an earlier server has kept, or somebody has put there, spoils nothing', async () => {
  mkdirSync(join(folder, 'reports/folder.ndjson'), { recursive: true });
  const separated = event(2, { ...FAILED, type: 'action.finished', error: { code: 'x', message: 'one\u2028two' } });
  writeFileSync(
    join(folder, 'reports/r1.ndjson'),
    [begun, separated, ...SPOILING, 'null', '7', '\0\0\0', '{"seq":1e999}', '['.repeat(50_000)].join('\n'),
  );
  writeFileSync(join(folder, 'reports/r2.ndjson'), Buffer.from([0xff, 0xfe, 0x0a, 0x7b]));
  writeFileSync(join(folder, 'reports/__proto__.ndjson'), begun.replace('"r1"', '"__proto__"'));
  const base = await start();
  await isWell(base);
  expect(await (await fetch(`${base}/status.json`)).json()).toMatchObject({
    machines: [{ run: 'r1', failure: { message: 'one two' } }],
  });
});

test('no request makes the server stumble, whatever is in its body, its path or its headers', async () => {
  const base = await start();
  // Each is new to the server.
  let seq = 1_000_000;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.jsonValue(), fc.constant(NO_TEXT)),
      fc.constantFrom('hostname', 'seq', 'run', 'time', 'type', 'why', 'dom0', 'domus', 'boot'),
      fc.string(),
      fc.string(),
      async (value, field, text, range) => {
        expect([204, 400]).toContain(
          await post(base, `${JSON.stringify({ ...(JSON.parse(event((seq += 1), UP)) as object), [field]: value })}\n`),
        );
        expect([204, 400]).toContain(await post(base, text));
        const { status } = await fetch(`${base}/${encodeURIComponent(text)}?${encodeURIComponent(range)}`, {
          headers: { range: `bytes=${encodeURIComponent(range)}`, 'x-xenwright-signature': encodeURIComponent(text) },
        });
        expect([200, 206, 400, 404, 416]).toContain(status);
        expect(
          (await fetch(`${base}/bundles/${encodeURIComponent(text)}.tar.gz`, { method: 'PUT', body: text })).status,
        ).toBeLessThan(500);
        await isWell(base);
      },
    ),
    { numRuns: 60 },
  );
  const deep = `${begun.slice(0, -1)},"more":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
  expect(await post(base, deep)).toBe(204);
  await isWell(base);
  expect(said.join('')).not.toMatch(/TypeError|RangeError|is not a function/);
});

test('with a secret, only what is signed with it is taken', async () => {
  const secretFile = join(outside, 'secret');
  writeFileSync(secretFile, 'a secret of the rack\n');
  const base = await start({ secretFile });
  expect(await post(base, begun)).toBe(401);
  expect(await post(base, begun, { 'x-xenwright-signature': signatureOf(begun, 'another secret') })).toBe(401);
  expect(await post(base, `${begun} `, { 'x-xenwright-signature': signatureOf(begun, 'a secret of the rack') })).toBe(
    401,
  );
  expect(readdirSync(join(folder, 'reports'))).toEqual([]);
  expect(await post(base, begun, { 'x-xenwright-signature': signatureOf(begun, 'a secret of the rack') })).toBe(204);
  expect(said.join('')).not.toContain('a secret of the rack');
  writeFileSync(secretFile, 'short\n');
  await expect(
    serve(
      folder,
      { secretFile },
      { out: () => undefined, err: () => undefined, readText: async () => '', interactive: false },
    ),
  ).rejects.toMatchObject({ code: 'secret-short' });
});

test('support bundles are kept whole and signed, or not at all', async () => {
  const secretFile = join(outside, 'secret');
  writeFileSync(secretFile, 'a secret of the rack\n');
  const base = await start({ secretFile });
  const put = async (name: string, body: string, headers: Record<string, string> = {}): Promise<number> =>
    await fetch(`${base}/bundles/${name}`, { method: 'PUT', body, headers }).then(
      ({ status }) => status,
      () => 0,
    );
  const signed = { 'x-xenwright-signature': signatureOf('bundle', 'a secret of the rack') };
  expect([
    await put('xen1.tar.gz', 'bundle'),
    await put('xen1.tar.gz', 'other', signed),
    await put('xen1.sh', 'bundle', signed),
  ]).toEqual([401, 401, 400]);
  expect(readdirSync(join(folder, 'bundles'))).toEqual([]);
  expect(await put('xen1.tar.gz', 'bundle', signed)).toBe(201);
  expect(readFileSync(join(folder, 'bundles/xen1.tar.gz'), 'utf8')).toBe('bundle');
});

test('a server that went away and came back has every event of a run, once', async () => {
  let base = await start({ listen: '127.0.0.1:0' });
  const { port } = new URL(base);
  const state = join(outside, 'state');
  mkdirSync(state);
  const webhook = openWebhook({
    url: `${base}/report`,
    secret: null,
    hostname: 'xen1.example.org',
    folder: state,
    timing: { lingerMs: 5, retryMs: () => 50 },
  });
  const emit = (seq: number): void => {
    const line =
      seq === 1 ? begun : event(seq, { type: 'action.progress', id: 'dom0/root', done: seq, total: 100, unit: 'MiB' });
    writeFileSync(join(state, 'events.ndjson'), `${line}\n`, { flag: 'a' });
    webhook.publish(JSON.parse(line) as RunEvent);
  };
  for (let seq = 1; seq <= 20; seq++) emit(seq);
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  await stop();
  for (let seq = 21; seq <= 40; seq++) emit(seq);
  base = await start({ listen: `127.0.0.1:${port}` });
  for (let seq = 41; seq <= 60; seq++) emit(seq);
  expect(await webhook.close(5_000)).toMatchObject({ reason: null });
  expect(kept()).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
});
