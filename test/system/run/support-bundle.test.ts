import { inEnglish } from '../../../src/i18n/english.ts';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { attach } from '../../../src/commands/attach/run.ts';
import { isSignedBy } from '../../../src/report/webhook.ts';
import { usbDriveIn, makeSupportBundle, type BundleTarget } from '../../../src/system/run/support-bundle.ts';

const CANARY = 'c4n4ry-sings-loud';
let home = '';
let state = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'xw-bundle-'));
  state = join(home, 'state');
  mkdirSync(state);
  const put = (name: string, text: string): void => writeFileSync(join(state, name), text);
  put('log.txt', `started\ntold to somebody: ${CANARY}\nhttp://u:${CANARY}x@h/\n`);
  put('events.ndjson', `${JSON.stringify({ seq: 1, run: 'r', type: 'action.output', text: `x ${CANARY}` })}\n`);
  put('plan.json', JSON.stringify({ actions: [{ files: [{ path: '/x', content: CANARY }] }] }));
  put('appliance-console.log', 'Kernel panic\n');
});
afterEach(() => {
  rmSync(home, { recursive: true });
});
const make = async (to: BundleTarget, machine = false): Promise<string> =>
  inEnglish(
    await makeSupportBundle({
      stateFolder: state,
      profile: `version: 1\nreport: { webhook: { url: "http://h.example", secret: ${CANARY} } }\n`,
      secrets: { redact: (text) => text.replaceAll('learnt', '***') },
      to,
      machine,
    }),
  );
const contents = (file: string): string => execFileSync('tar', ['-xzOf', file], { encoding: 'utf8' });

test('it has the run and this machine, in one archive for its owner, and no canary', async () => {
  const file = await make({ kind: 'folder', path: join(home, 'out') }, true);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const names = execFileSync('tar', ['-tzf', file], { encoding: 'utf8' });
  for (const name of [
    'bundle.json',
    'profile.yaml',
    'run/log.txt',
    'run/events.ndjson',
    'run/plan.json',
    'run/appliance-console.log',
    'machine/dmesg.txt',
    'machine/xl-dmesg.txt',
    'machine/lsblk.txt',
    'machine/cmdline',
  ])
    expect(names).toContain(`/${name}\n`);
  expect(contents(file)).not.toContain('c4n4ry');
  expect(contents(file)).toContain('Kernel panic');
}, 60_000);

test('it is sent to the server, signed', async () => {
  const got: { path: string | undefined; signed: boolean; bytes: number }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        const body = Buffer.concat(chunks);
        got.push({
          path: request.url,
          signed: isSignedBy(body, CANARY, [request.headers['x-xenwright-signature']].flat()[0]),
          bytes: body.length,
        });
        response.writeHead(got.length === 1 ? 201 : 413).end(`no: ${CANARY}`);
      });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  expect(await make({ kind: 'server', url: `${url}/report`, secret: CANARY })).toMatch(
    new RegExp(`^${url}/bundles/xenwright-.*tar\\.gz$`),
  );
  expect(got).toEqual([
    { path: expect.stringMatching(/^\/bundles\/xenwright-.*\.tar\.gz$/), signed: true, bytes: expect.any(Number) },
  ]);
  await expect(make({ kind: 'server', url, secret: null })).rejects.toMatchObject({
    code: 'bundle-failed',
    message: expect.stringMatching(/413(?!.*c4n4ry)/),
  });
  server.closeAllConnections();
  server.close();
});

test('where there is no stick of that label, it says so', async () => {
  await expect(make({ kind: 'usbDrive' })).rejects.toMatchObject({
    code: 'bundle-failed',
    message: expect.stringContaining('XENWRIGHT-LOG'),
  });
});

test('attach --bundle keeps one by hand and never overwrites', async () => {
  const said: string[] = [];
  const io = {
    out: (text: string) => {
      said.push(text);
    },
    err: () => undefined,
    readText: async () => '',
    interactive: false,
  };
  for (const name of ['b.tar.gz', 'b-2.tar.gz']) {
    expect(await attach(state, { bundle: join(home, 'b.tar.gz') }, io)).toBe(0);
    expect(said.at(-1)).toContain(join(home, name));
  }
  expect(readFileSync(join(home, 'b-2.tar.gz')).length).toBeGreaterThan(300);
});

test('no volume of a DomU is taken for the stick, whatever label it has given itself', () => {
  const devices = (type: string): string =>
    JSON.stringify({
      blockdevices: [
        {
          name: 'vda',
          path: '/dev/vda',
          type: 'disk',
          children: [
            { name: 'web1-root', path: '/dev/mapper/vg_xen1-web1--root', type, fstype: 'ext4', label: 'XENWRIGHT-LOG' },
          ],
        },
      ],
    });
  expect(usbDriveIn(devices('lvm'))).toBeNull();
  expect(usbDriveIn(devices('part'))).toMatchObject({ path: '/dev/mapper/vg_xen1-web1--root' });
});
