/** install onto the disks of a pretended machine, as far as it goes without root: what the guards refuse, and how. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { install, type InstallOptions } from '../../src/commands/install.ts';
import type { DiskFacts, Facts } from '../../src/facts/facts.ts';
import { imageFacts } from '../plan/host.ts';
import { minimalText } from '../profile/fixtures.ts';

let facts: Facts = imageFacts();
vi.mock('../../src/commands/target-facts.ts', async (original) => ({ ...await original<object>(), targetFacts: async () => facts }));

const folder = mkdtempSync(join(tmpdir(), 'xenwright-own-'));
const [vda] = imageFacts().disks as [DiskFacts];
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => { vi.spyOn(process, 'getuid').mockReturnValue(1000); });
afterEach(() => { vi.restoreAllMocks(); });

async function run(disk: Partial<DiskFacts>, options: Partial<InstallOptions> = {}): Promise<string> {
  facts = { ...imageFacts(), kind: 'machine', disks: [{ ...vda, ...disk }] };
  let err = '';
  try {
    const code = await install(['p.yaml'], { image: [], set: [], state: join(folder, 'state'), ...options }, { readText: async () => minimalText, out: () => undefined, err: (text) => { err += text; }, interactive: false });
    return `${code} ${err}`;
  } catch (error) {
    const { code, exit } = error as { code: string; exit: number };
    return `${code} ${exit} ${err}`;
  }
}
const DATA: Partial<DiskFacts> = { holds: [{ path: '/dev/vda1', type: 'ext4', label: 'photos', group: null }] };
/** It got past every guard. */
const PASSED = /^needs-root 4/;

test('a finished host is an error of its own, which whoever called can tell from others', async () => {
  const installMarker = { id: 'x', planHash: 'y', tokens: ['a'] };
  expect(await run({ installMarker })).toMatch(/^already-installed 4/);
  expect(await run({ installMarker }, { set: ['install.reinstall=once:a'] })).toMatch(/^already-installed 4/);
  for (const word of ['once:b', 'always']) expect(await run({ installMarker }, { set: [`install.reinstall=${word}`] })).toMatch(PASSED);
});

test('a disk with data goes for a profile that was named, and not for one that was found: what is there is said', async () => {
  expect(await run(DATA)).toMatch(PASSED);
  expect(await run(DATA, { found: true })).toMatch(/^4 [^]*\/dev\/vda1 ext4 "photos"/);
  expect(await run(DATA, { set: ['install.overwrite=blank'] })).toMatch(/^4 [^]*\/dev\/vda1 ext4 "photos"/);
  expect(await run(DATA, { found: true, set: ['install.overwrite=any'] })).toMatch(PASSED);
  expect(await run({}, { found: true })).toMatch(PASSED);
});

test('partitions that this machine was cut off at are as good as none', async () => {
  const begun = { device: '/dev/vda3', planHash: null };
  expect(await run({ holds: [{ path: '/dev/vda', type: 'gpt', label: null, group: null }], begun }, { found: true })).toMatch(PASSED);
});
