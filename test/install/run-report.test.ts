import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askPasswords } from '../../src/install/ask-passwords.ts';
import type { PreparedProfile } from '../../src/install/prepare.ts';
import { openReport, withReport } from '../../src/install/run-report.ts';
import { runPlan } from '../../src/engine/run.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { isSignedBy } from '../../src/report/webhook.ts';
import { exec } from '../../src/system/process/exec.ts';
import { createLocalContext } from '../../src/system/run/local-context.ts';
import { Mounts } from '../../src/system/disk/mounts.ts';
import { profileSecrets } from '../../src/system/trust/secrets.ts';
import { openState } from '../../src/system/run/state.ts';
import { toyOptions, toyPlan } from '../engine/toy.ts';
import { minimalText } from '../profile/fixtures.ts';
import { openReceiver, type Receiver } from '../report-receiver.ts';

const CANARY = 'c4n4ry-sings-loud';
let folder = '';
let receiver: Receiver;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xw-run-report-'));
  receiver = await openReceiver();
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});

function prepared(webhook: object): PreparedProfile {
  const text = `${minimalText}\nreport: { webhook: ${JSON.stringify(webhook)} }\n`;
  const loaded = loadProfile(text, 'p.yaml');
  if (loaded.profile === null) throw new Error(JSON.stringify(loaded.findings));
  return { source: join(folder, 'p.yaml'), text, loaded, profile: loaded.profile, read: async () => '' };
}
const findings = (webhook: object): string[] =>
  loadProfile(`${minimalText}\nreport: { webhook: ${JSON.stringify(webhook)} }\n`, 'p.yaml').findings.map(
    ({ path, message }) => `${path.join('.')} ${message}`,
  );

test('a run reports itself whole, and the secret shows nowhere though a command prints it', async () => {
  writeFileSync(join(folder, 'word'), `${CANARY}\n`);
  const { profile, text, source } = prepared({
    url: receiver.url.replace('//', `//user:${CANARY}-too@`),
    secret: 'file:word',
  });
  const secrets = profileSecrets(profile, text, source);
  const state = await openState(join(folder, 'state'));
  const report = await openReport(profile, secrets, state);
  const machine = {
    mounts: new Mounts(join(folder, 'mnt'), exec),
    baseStore: folder,
    scratch: folder,
    timeScale: 1,
    secret: secrets.resolve,
    redact: secrets.redact,
  };
  const plan = toyPlan([{ id: 'dom0/ok' }, { id: 'dom0/fails' }]);
  const options = toyOptions(
    plan,
    async (action, events, signal) => {
      const context = createLocalContext(machine, action.id, events, signal);
      await context.exec(['sh', '-c', 'cat; exit $0', action.id === 'dom0/fails' ? '1' : '0'], {
        input: `${await context.secret({ secret: 'report.webhook' })} ${CANARY}\n`,
      });
    },
    { journal: state.journal, consumers: [(event) => state.writeEvent(event), (event) => report?.publish(event)] },
  );
  expect((await runPlan(options)).exit).toBe(5);
  const said: string[] = [];
  await report?.close(false, {
    out: () => undefined,
    err: (line) => {
      said.push(line);
    },
    readText: async () => '',
    interactive: false,
  });
  await state.close();
  expect(said).toEqual([]);
  const bodies = receiver.requests.map(({ body }) => body).join('');
  expect(bodies).toBe(readFileSync(state.eventsPath, 'utf8'));
  expect(
    receiver.requests.every(({ headers, body }) => isSignedBy(body, CANARY, String(headers['x-xenwright-signature']))),
  ).toBe(true);
  expect(receiver.requests[0]?.headers.authorization).toBe(
    `Basic ${Buffer.from(`user:${CANARY}-too`).toString('base64')}`,
  );
  let whole = bodies;
  for (const name of readdirSync(state.folder)) whole += readFileSync(join(state.folder, name), 'utf8');
  expect(whole).toContain('***');
  expect(whole).not.toContain(CANARY);
});

test('what a receiver did not take is said at the end, without what lets in', async () => {
  const { profile, text, source } = prepared({ url: receiver.url.replace('//', `//user:${CANARY}@`) });
  const state = await openState(join(folder, 'state'));
  const report = await openReport(profile, profileSecrets(profile, text, source), state);
  await receiver.close();
  state.writeEvent({ seq: 1, time: '', run: 'r', type: 'action.started', id: 'a' });
  report?.publish({ seq: 1, time: '', run: 'r', type: 'action.started', id: 'a' });
  const said: string[] = [];
  const io = {
    out: () => undefined,
    err: (line: string) => {
      said.push(line);
    },
    readText: async () => '',
    interactive: false,
  };
  await report?.close(true, io);
  await report?.close(true, io);
  await state.close();
  expect(said).toEqual([
    expect.stringMatching(
      /^The webhook at http:\/\/127\.0\.0\.1:\d+ has only the events up to 0 of 1: .*ECONNREFUSED.*--resume sends it\.\n$/,
    ),
  ]);
  receiver = await openReceiver();
}, 20_000);

test("the address of the kernel command line takes the place of the profile's, and the secret stays", () => {
  expect(
    withReport(prepared({ url: 'https://a.example/x', secret: 'env:WORD' }), 'http://b.example/report').profile.report
      .webhook,
  ).toEqual({ url: 'http://b.example/report', secret: 'env:WORD' });
  expect(withReport(prepared({ url: 'https://a.example/x' }), undefined).profile.report.webhook).toEqual({
    url: 'https://a.example/x',
    secret: null,
  });
});

test('a secret is a reference or long enough to be one, and is never repeated in a finding', () => {
  for (const secret of ['env:WORD', 'file:/etc/word', 'prompt:', 'long enough'])
    expect(findings({ url: 'https://a.example', secret })).toEqual([]);
  for (const secret of ['short', 'env:1 2', 'file:', 'prompt:x']) {
    expect(findings({ url: 'https://a.example', secret })).toEqual([
      expect.stringMatching(/^report\.webhook\.secret write env:NAME/),
    ]);
  }
  expect(findings({ url: `ftp://u:${CANARY}@a.example` }).join()).toMatch(/^report\.webhook\.url (?!.*c4n4ry)/);
});

test('a secret that is to be asked is refused where nobody is there to ask', async () => {
  const { profile } = prepared({ url: 'https://a.example', secret: 'prompt:' });
  const asking = { askSecret: async () => 'told here', tell: () => undefined };
  await expect(askPasswords(profile, { ...asking, interactive: false })).rejects.toMatchObject({
    code: 'needs-terminal',
    exit: 3,
  });
  const answers = await askPasswords(profile, { ...asking, interactive: true });
  expect(
    JSON.parse(await profileSecrets(profile, '', 'p.yaml', answers).resolve({ secret: 'report.webhook' })),
  ).toMatchObject({ secret: 'told here' });
});

test('a secret that is not there stops the run before it begins', async () => {
  const { profile, text, source } = prepared({ url: 'https://a.example', secret: 'file:nowhere' });
  await expect(
    openReport(profile, profileSecrets(profile, text, source), { folder, earlier: { lastSeq: 0, open: [] } }),
  ).rejects.toMatchObject({ code: 'secret-missing', exit: 6 });
});
