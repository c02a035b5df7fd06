/** install onto the disks of a pretended machine, as far as it goes without root: what the guards refuse, and how. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { install } from '../../src/commands/install/run.ts';
import type { InstallOptions } from '../../src/install/install-options.ts';
import { XenwrightError } from '../../src/errors.ts';
import type { DiskFacts, Facts, SourceMedium } from '../../src/facts/facts.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { imageFacts } from '../plan/host.ts';
import { minimalText, profileOf } from '../profile/fixtures.ts';

let facts: Facts = imageFacts();
/** Why the medium cannot be had; null: it is there. */
let lost: XenwrightError | null = null;
/** The terminal that whoever looks at the machine is told of. */
let told: string | null | undefined;
vi.mock('../../src/install/target-facts.ts', async (original) => ({
  ...(await original<object>()),
  targetFacts: async (
    _: unknown,
    options: { usedConsole?: string | null; onLostMedium?: (error: XenwrightError) => void },
  ) => {
    told = options.usedConsole;
    if (lost !== null) options.onLostMedium?.(lost);
    return facts;
  },
}));

const folder = mkdtempSync(join(tmpdir(), 'xenwright-own-'));
const [vda] = imageFacts().disks as [DiskFacts];
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  lost = null;
  vi.spyOn(process, 'getuid').mockReturnValue(1000);
});
afterEach(() => {
  vi.restoreAllMocks();
});

async function run(disk: Partial<DiskFacts>, options: Partial<InstallOptions> = {}): Promise<string> {
  facts = { ...imageFacts(), kind: 'machine', disks: [{ ...vda, ...disk }] };
  let err = '';
  try {
    const code = await install(
      ['p.yaml'],
      { image: [], set: [], state: join(folder, 'state'), ...options },
      {
        readText: async () => minimalText,
        out: () => undefined,
        err: (text) => {
          err += text;
        },
        interactive: false,
      },
    );
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
  for (const word of ['once:b', 'always'])
    expect(await run({ installMarker }, { set: [`install.reinstall=${word}`] })).toMatch(PASSED);
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
  expect(
    await run({ holds: [{ path: '/dev/vda', type: 'gpt', label: null, group: null }], begun }, { found: true }),
  ).toMatch(PASSED);
});

test('a run that has copied its medium goes on without the disc; one that has not asks for it', async () => {
  const medium: SourceMedium = {
    source: 'cdrom',
    path: '/dev/sr0',
    id: '0123456789abcdef',
    label: 'DISC',
    sizeBytes: 700_000_000,
    archives: [{ suite: 'trixie', components: ['main'], trust: 'signed' }],
  };
  const MEDIUM = 'host.source.medium=cdrom';
  const earlier: Facts = { ...imageFacts(), kind: 'machine', medium };
  const state = join(folder, 'cut');
  mkdirSync(state);
  writeFileSync(join(state, 'facts.json'), JSON.stringify(earlier));
  const journal = (...ids: readonly string[]): void =>
    writeFileSync(
      join(state, 'journal.ndjson'),
      [
        { entry: 'run', run: 'r', planHash: buildPlan(profileOf(minimalText, [MEDIUM]), earlier).hash },
        ...ids.map((id, index) => ({ entry: 'finished', id, seq: index + 1 })),
      ]
        .map((entry) => `${JSON.stringify(entry)}\n`)
        .join(''),
    );
  lost = new XenwrightError({ code: 'medium-unreachable', exit: 6, message: 'there is no disc' });
  journal('host/disk/partition');
  expect(await run({}, { state, set: [MEDIUM] })).toMatch(/^medium-unreachable 6/);
  journal('host/disk/partition', 'host/medium/copy');
  expect(await run({}, { state, set: [MEDIUM] })).toMatch(PASSED);
  // A run that begins needs it.
  expect(await run({}, { set: [MEDIUM] })).toMatch(/^medium-unreachable 6/);
});

test('the host is to be heard on the console where a person was asked, whichever the run itself stands on', async () => {
  const asked = { text: minimalText, isConfirmed: true };
  await run(
    {},
    { usedConsole: null, askOn: async () => ({ ...asked, console: 'ttyS1' }), set: ['interactive=[network]'] },
  );
  expect(told).toBe('ttyS1');
  await run({}, { usedConsole: null });
  expect(told).toBeNull();
  await run({});
  expect(told).toBeUndefined();
});
