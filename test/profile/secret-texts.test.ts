/** Secrets inside of texts of the profile: named in a plan, filled in where they are written. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { describe as describeAction } from '../../src/actions/table.ts';
import { contentOf } from '../../src/actions/secret-text.ts';
import type { Action, ActionOf } from '../../src/plan/action.ts';
import { buildPlan } from '../../src/plan/build-plan.ts';
import { formats } from '../../src/plan/formats/formats.ts';
import type { EffectiveProfile } from '../../src/profile/effective.ts';
import { withBlanks } from '../../src/profile/secret-texts.ts';
import { profileSecrets } from '../../src/system/trust/secrets.ts';
import { imageFacts, machineFacts, profileOf } from '../plan/host.ts';

const PASSWORD = 'CANARY"\\x';
const profile = profileOf([
  `domus.web1.options={"vncpasswd": ${JSON.stringify(PASSWORD)}, "cpu_weight": 512}`,
  `domus.web1.health=[{"http": "http://u:CANARY-health@127.0.0.1/?b=1&token=CANARY2"}, {"run": "curl -f http://u:CANARY-run@localhost/"}]`,
  `domus.web1.commands.late=["curl http://u:CANARY-late@srv/x | sh"]`,
  `host.commands.firstBoot=["curl http://u:CANARY-boot@srv/x"]`,
  `host.commands.early=["curl http://u:CANARY-early@srv/x"]`,
  `host.files=[{"path": "/etc/app.conf", "content": "url=http://u:CANARY-file@srv/"}]`,
]);
const plan = buildPlan(profile, imageFacts());

/** What is written at a path, with its mode, or run. */
async function written(
  path: string,
  of: EffectiveProfile = profile,
): Promise<{ readonly mode: string; readonly text: string }> {
  const secrets = profileSecrets(of, '', 'p.yaml');
  const file = plan.actions
    .flatMap((action) => (action.kind === 'tree.files' ? action.params.files : []))
    .find((one) => one.path === path);
  if (file === undefined) throw new Error(`nothing is written at ${path}`);
  return { mode: file.mode, text: await contentOf(file.content, { secret: (ref) => secrets.resolve(ref) }) };
}

test('no form of the plan has them', () => {
  for (const format of ['json', 'sh', 'text', 'dot'] as const)
    expect(formats[format](plan, describeAction)).not.toContain('CANARY');
});

test('each is written where it belongs, as its file quotes it, for nobody else to read', async () => {
  expect(await written('/etc/xen/web1.cfg')).toMatchObject({
    mode: '0640',
    text: expect.stringContaining('vncpasswd = "CANARY\\"\\\\x"\ncpu_weight = 512'),
  });
  const record = await written('/etc/xenwright/domus/web1.json');
  expect(record.mode).toBe('0640');
  expect(JSON.parse(record.text)).toMatchObject({
    health: [{ http: 'http://u:CANARY-health@127.0.0.1/?b=1&token=CANARY2', status: 200 }],
  });
  expect(await written('/etc/xenwright/health.d/01')).toMatchObject({
    mode: '0750',
    text: expect.stringContaining('\ncurl -f http://u:CANARY-run@localhost/\n'),
  });
  expect(await written('/etc/xenwright/first-boot.d/01')).toMatchObject({
    mode: '0750',
    text: '#!/bin/sh\ncurl http://u:CANARY-boot@srv/x\n',
  });
});

test('a file of the profile keeps the mode that it asks for', async () => {
  expect(await written('/etc/app.conf')).toEqual({ mode: '0644', text: 'url=http://u:CANARY-file@srv/' });
});

test('a command with one is given over standard input, in the script too', () => {
  const commands = (id: string): unknown =>
    plan.actions.filter((action: Action) => action.id === id).flatMap((action) => describeAction(action));
  expect(commands('web1/late')).toEqual([
    {
      argv: ['chroot', '$TREE', 'sh', '-c', 'eval "$(cat)"'],
      inputDescription: 'curl http://$SECRET_domus.web1.commands.late.0.run#0@srv/x | sh',
    },
  ]);
  expect(formats.sh(plan, describeAction)).toContain('curl http://${SECRET_host_commands_early_0_run_0}@srv/x');
});

test('what has no secret is the very same profile, so that nothing is worked out again', () => {
  const plain = profileOf();
  expect(withBlanks(plain)).toBe(plain);
});

test('another password gives the same plan, as another hash does', () => {
  const other = profileOf(['domus.web1.options.vncpasswd=CANARY-1']);
  const another = profileOf(['domus.web1.options.vncpasswd=CANARY-2']);
  expect(buildPlan(other, imageFacts()).hash).toBe(buildPlan(another, imageFacts()).hash);
});

test('the case of the issue has neither word in its plan', () => {
  const text = readFileSync('test/profiles/secrets-in-plan.yaml', 'utf8');
  expect(JSON.stringify(buildPlan(profileOf([], text), imageFacts()))).not.toContain('CANARY');
});

test('the address of a medium that is read where it is has none, and the run asks for it', async () => {
  const url = 'https://srv.example/x.iso?token=CANARY-iso';
  const of = profileOf([`host.source.medium=${url}`, 'host.storage.disks=[{"largest": true}]']);
  const medium = {
    ...{ source: url, path: url, id: '0123456789abcdef', label: 'DISC', sizeBytes: 700_000_000 },
    archives: [{ suite: 'trixie', components: ['main'], trust: 'signed' as const }],
  };
  const copied = buildPlan(of, { ...machineFacts('sata-ssd-and-hdd'), medium }).actions.filter(
    ({ kind }) => kind === 'medium.copy',
  );
  expect(copied).toHaveLength(1);
  expect(JSON.stringify(copied)).not.toContain('CANARY');
  const [action] = copied as readonly ActionOf<'medium.copy'>[];
  const secrets = profileSecrets(of, '', 'p.yaml');
  expect(await contentOf(action?.params.source ?? '', { secret: (ref) => secrets.resolve(ref) })).toBe(url);
});
