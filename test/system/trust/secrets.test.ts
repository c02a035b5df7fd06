import { mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runPlan } from '../../../src/engine/run.ts';
import type { EffectiveProfile } from '../../../src/profile/effective.ts';
import { logConsumer } from '../../../src/report/log-file.ts';
import { createLocalContext } from '../../../src/system/run/local-context.ts';
import { exec } from '../../../src/system/process/exec.ts';
import { Mounts } from '../../../src/system/disk/mounts.ts';
import { profileSecrets } from '../../../src/system/trust/secrets.ts';
import { openState } from '../../../src/system/run/state.ts';
import { toyOptions, toyPlan } from '../../engine/toy.ts';

const admin = { user: 'admin', passwordHash: null, password: null, sshKeys: [] };
const profile = (host: object, web1: object = {}): EffectiveProfile =>
  ({
    host: { admin: { ...admin, ...host } },
    domus: [{ name: 'web1', admin: { ...admin, ...web1 } }],
  }) as unknown as EffectiveProfile;

test('a hash is taken as it is; a password from the environment or a file beside the profile is hashed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'xw-secret-'));
  await writeFile(join(folder, 'word'), 'from a file\n');
  process.env.XW_TEST_WORD = 'from the environment';
  const secrets = profileSecrets(
    profile({ passwordHash: '$6$x$y' }, { password: 'file:word' }),
    'whole text',
    join(folder, 'p.yaml'),
  );
  expect(await secrets.resolve({ secret: 'host.admin.passwordHash' })).toBe('$6$x$y');
  const hash = await secrets.resolve({ secret: 'domus.web1.admin.password' });
  const salt = hash.split('$')[2] ?? '';
  expect(
    (await exec(['openssl', 'passwd', '-6', '-stdin', '-salt', salt], { input: 'from a file\n' })).stdout.trim(),
  ).toBe(hash);
  expect(await secrets.resolve({ secret: 'profile' })).toBe('whole text');
  const other = profileSecrets(profile({ password: 'env:XW_TEST_WORD' }), '', 'p.yaml');
  expect(await other.resolve({ secret: 'host.admin.password' })).toMatch(/^\$6\$/);
  delete process.env.XW_TEST_WORD;
  await expect(
    profileSecrets(profile({ password: 'env:XW_TEST_WORD' }), '', 'p.yaml').resolve({ secret: 'host.admin.password' }),
  ).rejects.toMatchObject({ code: 'secret-missing', exit: 6 });
  await expect(
    profileSecrets(profile({ password: 'file:nowhere' }), '', 'p.yaml').resolve({ secret: 'host.admin.password' }),
  ).rejects.toMatchObject({ code: 'secret-missing' });
});

test('a canary never shows in events, log, journal, plan, errors or argument lists, though a command prints it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'xw-canary-'));
  const canary = 'c4n4ry-sings-loud';
  await writeFile(join(folder, 'word'), canary);
  const secrets = profileSecrets(profile({ password: 'file:word' }), 'text', join(folder, 'p.yaml'));
  const mounts = new Mounts(join(folder, 'mnt'), exec);
  const state = await openState(join(folder, 'state'));
  const machine = {
    mounts,
    baseStore: folder,
    scratch: folder,
    timeScale: 1,
    secret: secrets.resolve,
    redact: secrets.redact,
  };
  const plan = toyPlan([{ id: 'dom0/ok' }, { id: 'dom0/fails' }]);
  const argvSeen: string[] = [];
  const options = toyOptions(
    plan,
    async (action, events, signal) => {
      const context = createLocalContext(machine, action.id, events, signal);
      const hash = await context.secret({ secret: 'host.admin.password' });
      // A careless tool that prints what it is told, in the clear; and its own argument list, as ps would show it.
      await context
        .exec(['sh', '-c', 'tr "\\0" " " </proc/$$/cmdline; cat; exit $0', action.id === 'dom0/fails' ? '1' : '0'], {
          input: `admin:${hash} ${canary}\n`,
        })
        .then((result) => argvSeen.push(result.stdout.split('admin:')[0] ?? ''));
      context.output(`set ${hash}`);
    },
    {
      journal: state.journal,
      consumers: [(event) => state.writeEvent(event), logConsumer((text) => state.writeLog(text))],
    },
  );
  await state.writePlan(plan);
  expect((await runPlan(options)).exit).toBe(5);
  await state.close();
  const hash = await secrets.resolve({ secret: 'host.admin.password' });
  let whole = argvSeen.join('');
  for (const name of await readdir(state.folder)) whole += await readFile(join(state.folder, name), 'utf8');
  expect(whole).toContain('admin:*** ***');
  expect(whole).toContain('command-failed');
  expect(whole).not.toContain(canary);
  expect(whole).not.toContain(hash);
});
