/** Every literal secret that a profile can have, through a whole run: it is nowhere but where it must be. */
import { inEnglish } from '../../src/i18n/english.ts';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hostFinish, MARKER } from '../../src/actions/host-finish.ts';
import { describe as describeAction } from '../../src/actions/table.ts';
import { openReport } from '../../src/install/run-report.ts';
import { runPlan } from '../../src/engine/run.ts';
import { formats } from '../../src/plan/formats/formats.ts';
import { secretNames } from '../../src/plan/formats/shell.ts';
import { keptProfile } from '../../src/profile/kept.ts';
import { loadProfile } from '../../src/profile/load.ts';
import { logConsumer } from '../../src/report/log-file.ts';
import { plainConsumer } from '../../src/report/plain.ts';
import { isSignedBy } from '../../src/report/webhook.ts';
import { exec } from '../../src/system/process/exec.ts';
import { createLocalContext } from '../../src/system/run/local-context.ts';
import { Mounts } from '../../src/system/disk/mounts.ts';
import { profileSecrets } from '../../src/system/trust/secrets.ts';
import { openState } from '../../src/system/run/state.ts';
import { makeSupportBundle } from '../../src/system/run/support-bundle.ts';
import { asset } from '../assets.ts';
import { toyOptions } from '../engine/toy.ts';
import { imageFacts } from '../plan/host.ts';
import { minimalText } from '../profile/fixtures.ts';
import { openReceiver, type Receiver } from '../report-receiver.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';

const SIGNS = 'c4n4ry-signs';
let folder = '';
let receiver: Receiver;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xw-secrets-'));
  receiver = await openReceiver();
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true });
});
const everything = (path: string): string =>
  readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), 'utf8')}`)
    .join('\n');

test('no plan, event, log, journal, screen, report or bundle has one; the host has them for root alone, and its first report is signed', async () => {
  const text = `${minimalText}\nreport: { webhook: { url: "${receiver.url.replace('//', '//some:c4n4ry-user@')}", secret: ${SIGNS} } }\n`;
  const { profile } = loadProfile(text, 'p.yaml', [
    'host.source.mirror=https://mirror:c4n4ry%40mirror@m.example/debian',
    'host.source.securityMirror=https://c4n4ry-token@s.example/security',
    'host.proxy=http://proxy:c4n4ry-proxy@p.example:3128',
    'host.source.extra=[{"uri":"http://extra:c4n4ry-extra@e.example/","suite":"own","components":["main"]}]',
    'domus.0.source={mirror: "https://own:c4n4ry-own@o.example/debian", securityMirror: none}',
    'host.files=[{"path":"/etc/key","mode":"0600","content":"c4n4ry-host\\n"}]',
    'host.admin.passwordHash=$6$c4n4rysalt$c4n4ryhash',
    'domus.0.files=[{"path":"/etc/key","mode":"0640","content":"c4n4ry-domu"},{"path":"/etc/app","content":"url=http://u:c4n4ry-file@h/"}]',
    'domus.0.options={"vncpasswd":"c4n4ry\\"vnc"}',
    'domus.0.health=[{"http":"http://u:c4n4ry-health@127.0.0.1/?token=c4n4ry-token2"},{"run":"curl http://u:c4n4ry-run@h/"}]',
    'domus.0.commands.late=["true http://u:c4n4ry-late@h/"]',
    'host.commands.early=["true http://u:c4n4ry-early@h/"]',
    'host.commands.firstBoot=["true http://u:c4n4ry-boot@h/"]',
  ]);
  if (profile === null) throw new Error('the profile of the test is not sound');
  const known = profileSecrets(profile, keptProfile(profile), 'p.yaml');
  const secrets = {
    redact: known.redact,
    resolve: async (ref: { secret: string }) => (ref.secret === MARKER ? '{"run":"r"}' : await known.resolve(ref)),
  };
  const plan = buildPlan(profile, imageFacts());
  expect(
    await Promise.all(
      ['host.apt', `domus.${profile.domus[0]?.name}.apt`].map(async (name) => await secrets.resolve({ secret: name })),
    ),
  ).toEqual([
    'machine https://s.example/security/ login c4n4ry-token\nmachine https://m.example/debian/ login mirror password c4n4ry@mirror\nmachine http://p.example:3128 login proxy password c4n4ry-proxy\nmachine http://e.example/ login extra password c4n4ry-extra\n',
    'machine https://o.example/debian/ login own password c4n4ry-own\nmachine http://p.example:3128 login proxy password c4n4ry-proxy\n',
  ]);
  const written = plan.actions.flatMap((action) =>
    action.kind === 'tree.files'
      ? action.params.files
          .filter(({ path }) => path.startsWith('/etc/apt/'))
          .map((file) => [action.domain, file.path, file.mode, file.content] as const)
      : [],
  );
  for (const [domain, owner] of [
    ['dom0', 'host'],
    [profile.domus[0]?.name, `domus.${profile.domus[0]?.name}`],
  ])
    expect(written).toContainEqual([domain, '/etc/apt/auth.conf.d/xenwright.conf', '0600', { secret: `${owner}.apt` }]);
  const state = await openState(join(folder, 'state'));
  const report = await openReport(profile, secrets, state);
  const tree = join(folder, 'tree');
  mkdirSync(tree);
  const machine = {
    mounts: new Mounts(join(folder, 'mnt'), exec),
    baseStore: folder,
    scratch: folder,
    timeScale: 1,
    secret: secrets.resolve,
    redact: secrets.redact,
  };
  let screen = '';
  const options = toyOptions(
    plan,
    async (action, events, signal) => {
      const context = {
        ...createLocalContext(machine, action.id, events, signal),
        withTree: async <T>(_tree: unknown, use: (root: string) => Promise<T>) => await use(tree),
      };
      // A careless tool that prints whatever the action is told.
      for (const name of secretNames(action.params))
        await context.exec(['cat'], { input: `${await context.secret({ secret: name })}\n` });
      if (action.kind === 'host.finish') await hostFinish.apply(action, context);
    },
    {
      journal: state.journal,
      consumers: [
        (event) => state.writeEvent(event),
        logConsumer((line) => state.writeLog(line)),
        plainConsumer((line) => {
          screen += line;
        }),
        (event) => report?.publish(event),
      ],
    },
  );
  await state.writePlan(plan);
  await state.writeFacts(imageFacts());
  expect((await runPlan(options)).exit).toBe(0);
  await report?.close(false, {
    out: () => undefined,
    err: (line) => {
      screen += line;
    },
    readText: async () => '',
    interactive: false,
  });
  await state.close();
  const bundle = await makeSupportBundle({
    stateFolder: state.folder,
    profile: text,
    secrets,
    to: { kind: 'folder', path: join(folder, 'out') },
    machine: false,
  });
  const shown = [
    everything(state.folder),
    screen,
    formats.text(plan, describeAction),
    formats.sh(plan, describeAction),
    formats.json(plan, describeAction),
    receiver.requests.map(({ body }) => body).join(''),
    execFileSync('tar', ['-xzOf', inEnglish(bundle)], { encoding: 'utf8' }),
  ];
  for (const one of shown) {
    expect(one).not.toBe('');
    expect(one.match(/.{0,60}c4n4ry.{0,20}/g)).toBeNull();
  }

  const kept = readFileSync(join(tree, 'etc/xenwright/profile.yaml'), 'utf8');
  // A hash is no clear secret: it is kept, for root alone.
  expect(kept.replaceAll('$6$c4n4rysalt$c4n4ryhash', '')).not.toContain('c4n4ry');
  const places = join(tree, 'etc/xenwright/secrets');
  expect(statSync(places).mode & 0o777).toBe(0o700);
  const readable = readdirSync(places).map((name) => [
    readFileSync(join(places, name), 'utf8'),
    statSync(join(places, name)).mode & 0o777,
  ]);
  expect(readable).toEqual(
    expect.arrayContaining([
      [SIGNS, 0o600],
      ['c4n4ry-domu', 0o600],
    ]),
  );

  // The host's first start, with the file that the plan gives it.
  writeFileSync(join(tree, 'etc/xenwright/report.json'), await secrets.resolve({ secret: 'report.webhook' }));
  const before = receiver.requests.length;
  const child = spawn(asset('host/report.py'), {
    env: {
      PATH: '/usr/bin:/bin',
      XENWRIGHT_ROOT: tree,
      XENWRIGHT_REPORT_SECONDS: '20',
      XENWRIGHT_REPORT_PAUSE: '0.05',
    },
  });
  expect(
    await new Promise((resolve) => {
      child.once('close', resolve);
    }),
  ).toBe(0);
  const first = receiver.requests[before];
  expect(first?.body).toContain('"host.report"');
  expect(isSignedBy(first?.body ?? '', SIGNS, String(first?.headers['x-xenwright-signature']))).toBe(true);
}, 60_000);
