/** install as far as it goes without touching anything: what it refuses first, the dry run, the replay. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test, vi } from 'vitest';
import { install } from '../../src/commands/install/run.ts';
import type { InstallOptions } from '../../src/install/install-options.ts';
import { minimalText } from '../profile/fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'xenwright-install-'));
const image = join(folder, 'host.img');
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  vi.restoreAllMocks();
});

async function run(
  sources: readonly string[],
  options: Partial<InstallOptions>,
  files: Readonly<Record<string, string>> = { 'p.yaml': minimalText },
): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await install(
    sources,
    { image: [], set: [], ...options },
    {
      readText: async (source) => files[source] ?? '',
      out: (text) => {
        out += text;
      },
      err: (text) => {
        err += text;
      },
      interactive: false,
    },
  );
  return { code, out, err };
}

test('who is not root is told so before an image is made', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  await expect(run(['p.yaml'], { image: [image] })).rejects.toMatchObject({ code: 'needs-root', exit: 4 });
  expect(existsSync(image)).toBe(false);
});

test('the dry run needs no root, makes no image, and prints the plan and its script', async () => {
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
  const { code, out } = await run(['p.yaml'], { image: [image], dryRun: true });
  expect(code).toBe(0);
  expect(out).toMatch(
    /^xen1: debian trixie, Xen, into a disk image\n[^]*\nNetwork\n[^]*\nMemory\n[^]*\nActions \(\d+;[^]*\n#!\/bin\/bash\n/,
  );
  expect(existsSync(image)).toBe(false);
});

test('without a SOURCE it is wrong usage', async () => {
  await expect(run([], { image: [image] })).rejects.toMatchObject({ exit: 2 });
});

test('a run is drawn again from its events alone, with its summary', async () => {
  const events = [
    {
      seq: 1,
      time: '2026-11-23T12:00:00.000Z',
      run: 'r',
      type: 'run.started',
      planHash: 'abcdef',
      hostname: 'xen1',
      resumed: false,
      actions: [{ id: 'dom0/root', kind: 'base.write', domain: 'dom0', title: 'Write the base', weight: 1, needs: [] }],
    },
    { seq: 2, time: '2026-11-23T12:00:00.000Z', run: 'r', type: 'action.started', id: 'dom0/root' },
    {
      seq: 3,
      time: '2026-11-23T12:00:09.000Z',
      run: 'r',
      type: 'action.finished',
      id: 'dom0/root',
      result: 'done',
      seconds: 9,
    },
    {
      seq: 4,
      time: '2026-11-23T12:00:09.000Z',
      run: 'r',
      type: 'run.finished',
      result: 'done',
      exit: 0,
      seconds: 9,
      domains: { dom0: 'done' },
    },
  ]
    .map((event) => `${JSON.stringify(event)}\n`)
    .join('');
  const { code, out } = await run([], { replay: 'events.ndjson' }, { 'events.ndjson': events });
  expect(code).toBe(0);
  expect(out).toContain('12:00:09 dom0     done: Write the base, 9 s [100 %]\n');
  expect(out).toContain('\nRun done after 9 s\n');
  expect((await run([], { replay: 'events.ndjson', ui: 'json' }, { 'events.ndjson': events })).out).toBe(events);
});

test.each<[string, Partial<InstallOptions>]>([
  ['facts without a dry run', { facts: 'f.json' }],
  ['a public key that is none', { pubkey: 'k' }],
  ['a TLS fingerprint that is none', { tlsFingerprint: '00' }],
  ['another machine for own disks', { as: ['mac=52:54:00:12:34:56'] }],
  ['panes', { ui: 'panes' }],
  ['an address for reports that is none', { report: 'somewhere' }],
  ['two images', { image: ['a.img', 'b.img'] }],
  ['jobs that are no number', { jobs: 'many' }],
  ['a domain that is not there', { only: 'nobody', dryRun: true, image: [image] }],
  ['a size that is none', { image: ['a.img:10X'] }],
])('%s: wrong usage, never ignored', async (_, options) => {
  await expect(run(['p.yaml'], options)).rejects.toMatchObject({ exit: 2 });
});
