/** What a profile leaves to a person: without a terminal that is refused by name; a run that goes on asks nothing twice. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { askIfWanted } from '../../src/install/ask-sections.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { keepAnswers } from '../../src/system/run/answered.ts';
import type { Session } from '../../src/ui/wizard/session.ts';
import { pretendPorts } from '../components/support/ports.ts';
import { machineFacts } from '../plan/host.ts';
import { minimalText } from '../profile/fixtures.ts';

// A person at a terminal who changes nothing, on a machine that emulates what it boots.
vi.mock('../../src/install/this-terminal.ts', async (original) => ({
  ...(await original<object>()),
  holdLittleMemory: () => undefined,
  thisTerminal: () => ({ refusal: null, colour: 'none', locales: { offered: ['en'], initial: 'en' } }),
}));
vi.mock('../../src/install/wizard-ports-later.ts', () => ({
  wizardPorts: () => {
    const ports = pretendPorts(machineFacts('sata-ssd-and-hdd'));
    return { ...ports, probe: async () => ({ ...(await ports.probe()), emulates: true }) };
  },
}));
vi.mock('../../src/ui/app/wizard.tsx', () => ({
  showSession: async (session: Session) => {
    await vi.waitFor(() => {
      if (session.getState().environment === null) throw new Error('not yet looked at');
    });
    return 'install';
  },
}));

const io = { readText: async () => '', out: () => undefined, err: () => undefined, interactive: false };
Object.assign(process.stdin, { setRawMode: () => process.stdin });
const text = `${minimalText}\ninteractive: [network]\n`;
let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'xenwright-ask-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const ask = async (of: string, more: { readonly ask?: boolean; readonly resume?: boolean } = {}) =>
  await askIfWanted(loadProfile(of, 'host.yaml'), of, { image: ['host.img'], set: [], folder, ...more }, io);

test('a profile that leaves nothing to a person asks nothing', async () => {
  expect(await ask(minimalText)).toBeNull();
});

test('without a terminal the run is refused, and says what it would have asked', async () => {
  await expect(ask(text)).rejects.toMatchObject({
    code: 'needs-terminal',
    exit: 3,
    message: expect.stringContaining('interactive: network') as unknown,
  });
});

test('what is missing is asked for when that is allowed, and told as a finding else', async () => {
  const partial = 'version: 1\nhost: { storage: { disks: [{ largest: true }] } }\n';
  expect(await ask(partial)).toBeNull();
  await expect(ask(partial, { ask: true })).rejects.toMatchObject({ code: 'needs-terminal' });
});

test('a run that goes on takes the answers of before, as long as the same was asked', async () => {
  await keepAnswers(folder, JSON.stringify([text, []]), 'the answers');
  expect(statSync(join(folder, 'answered.json')).mode & 0o777).toBe(0o600);
  expect(await ask(text, { resume: true })).toEqual({ text: 'the answers', isConfirmed: true });
  await expect(ask(text)).rejects.toMatchObject({ code: 'needs-terminal' });
  await expect(ask(`${text}# changed\n`, { resume: true })).rejects.toMatchObject({ code: 'needs-terminal' });
});

test('what is not asked stays as the profile has it: its DomUs are no others because their image is emulated here', async () => {
  const asked = await askIfWanted(
    loadProfile(text, 'host.yaml'),
    text,
    { image: [join(folder, 'host.img')], set: [], folder },
    { ...io, interactive: true },
  );
  expect(loadProfile(asked?.text ?? '', 'asked.yaml').profile?.domus).toMatchObject([{ name: 'web1', type: 'auto' }]);
});
