/**
 * Hints of what is refused before a run begins: sources and their trust, secrets, tools, media, a state that cannot be
 * read.
 */
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { askPasswords } from '../../src/install/ask-passwords.ts';
import { earlierRun } from '../../src/install/earlier-run.ts';
import { openViewers } from '../../src/install/run-viewers.ts';
import type { DiskFacts, Facts } from '../../src/facts/facts.ts';
import { fillPlaceholders } from '../../src/profile/source-placeholders.ts';
import { fetchProfile } from '../../src/system/source/fetch-profile.ts';
import { mediumPath } from '../../src/system/medium/place.ts';
import { provideTools } from '../../src/system/process/provide-tools.ts';
import { profileSecrets } from '../../src/system/trust/secrets.ts';
import { publicKeyLines, signText } from '../../src/system/trust/signature.ts';
import { readSource } from '../../src/system/source/source.ts';
import { imageFacts, profileOf } from '../plan/host.ts';
import { minimalText } from '../profile/fixtures.ts';
import { hint, stopped } from './hint.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-hint-'));
const file = (name: string, text = ''): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const TEXT = 'version: 1\n';
const io = { readText: readSource, out: () => undefined, err: () => undefined, interactive: false };

hint('source-unreachable', 'the file is put there', async () => {
  const path = join(folder, 'later.yaml');
  await stopped('source-unreachable', /./, async () => await fetchProfile([path], {}));
  file('later.yaml', TEXT);
  expect((await fetchProfile([path], {})).text).toBe(TEXT);
});
hint('checksum-differs', 'the sum of the file as it is now', async () => {
  const path = file('sum.yaml', TEXT);
  await stopped(
    'checksum-differs',
    'changed after the checksum was made',
    async () => await fetchProfile([path], { trust: { sha256: '0'.repeat(64) } }),
  );
  expect(
    (await fetchProfile([path], { trust: { sha256: createHash('sha256').update(TEXT).digest('hex') } })).text,
  ).toBe(TEXT);
});
const keys = (): { file: string; pub: string } => {
  const path = join(folder, `key${Math.random()}`);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return { file: path, pub: `${path}.pub` };
};
hint('signature-missing', 'it is signed, and the signature put beside it', async () => {
  const key = keys();
  const path = file('unsigned.yaml', TEXT);
  const trust = { publicKeys: await readSource(key.pub) };
  await stopped('signature-missing', 'put the .sig beside it', async () => await fetchProfile([path], { trust }));
  file('unsigned.yaml.sig', await signText(TEXT, key.file, false));
  expect((await fetchProfile([path], { trust })).text).toBe(TEXT);
});
hint('signature-differs', 'it is signed anew after the change', async () => {
  const key = keys();
  const path = file('changed.yaml', TEXT);
  file('changed.yaml.sig', await signText('version: 2\n', key.file, false));
  const trust = { publicKeys: await readSource(key.pub) };
  await stopped('signature-differs', 'was changed', async () => await fetchProfile([path], { trust }));
  file('changed.yaml.sig', await signText(TEXT, key.file, false));
  expect((await fetchProfile([path], { trust })).text).toBe(TEXT);
});
hint('bad-pubkey', 'a file like id_ed25519.pub', async () => {
  await stopped('bad-pubkey', 'id_ed25519.pub', () => publicKeyLines('-----BEGIN OPENSSH PRIVATE KEY-----\n'));
  expect(publicKeyLines(await readSource(keys().pub))).toHaveLength(1);
});
hint('bad-source', 'a placeholder that there is', async () => {
  const identity = { macs: [], serial: 'S1', uuid: null, product: null, hostname: null };
  const { hint: way } = await stopped('bad-source', '${serial}', () =>
    fillPlaceholders('http://h/${serail}.yaml', identity),
  );
  expect(fillPlaceholders(`http://h/${/\$\{serial\}/.exec(way)?.[0] ?? ''}.yaml`, identity)).toEqual([
    'http://h/S1.yaml',
  ]);
});
hint('not-known', 'another placeholder', async () => {
  const identity = { macs: ['52:54:00:12:34:56'], serial: null, uuid: null, product: null, hostname: null };
  await stopped('not-known', 'another placeholder', () => fillPlaceholders('http://h/${serial}.yaml', identity));
  expect(fillPlaceholders('http://h/${mac}.yaml', identity)).toHaveLength(1);
});

const secretsOf = (password: string): Promise<string> =>
  profileSecrets(
    profileOf([`host.admin.password=${password}`], minimalText),
    minimalText,
    join(folder, 'p.yaml'),
  ).resolve({ secret: 'host.admin.password' });
hint('secret-missing', 'the variable is exported', async () => {
  const name = `XW_HINT_${process.pid}`;
  await stopped('secret-missing', `export ${name} first`, async () => await secretsOf(`env:${name}`));
  process.env[name] = 'a password';
  expect(await secretsOf(`env:${name}`)).toMatch(/^\$6\$/);
  process.env[name] = '';
});
hint('secret-missing', 'the file lies beside the profile', async () => {
  await stopped('secret-missing', 'relative to the profile', async () => await secretsOf('file:word'));
  file('word', 'a password\n');
  expect(await secretsOf('file:word')).toMatch(/^\$6\$/);
});
hint('needs-terminal', 'a hash in place of a question', async () => {
  const asking = { interactive: false, tell: () => undefined, askSecret: async () => '' };
  await stopped(
    'needs-terminal',
    'passwordHash',
    async () => await askPasswords(profileOf(['host.admin.password="prompt:"'], minimalText), asking),
  );
  expect([...(await askPasswords(profileOf(['host.admin.passwordHash=$6$x$y'], minimalText), asking))]).toEqual([]);
});

hint('tools-missing', 'they are installed by the commands that it names', async () => {
  const tools = new Set(['apt-get']);
  const system = {
    has: (tool: string) => tools.has(tool),
    run: async () => undefined,
    ask: async () => 'n',
    isRoot: true,
  };
  const provide = async (): Promise<void> =>
    await provideTools({ sgdisk: 'partitions disks' }, { mayAsk: true, tell: () => undefined }, system);
  await stopped('tools-missing', /by hand: apt-get .*install .*gdisk/, provide);
  tools.add('sgdisk');
  await provide();
});
hint('no-run-socket', 'a folder on another filesystem', async () => {
  const behind = { opened: () => undefined, listening: () => undefined };
  await stopped(
    'no-run-socket',
    '--state',
    async () => await openViewers(file('no-folder'), () => undefined, behind, io),
  );
  mkdirSync(join(folder, 'state'));
  await (await openViewers(join(folder, 'state'), () => undefined, behind, io))?.close();
});
hint('medium-unreachable', 'a file is named in place of a drive', async () => {
  await stopped(
    'medium-unreachable',
    /check the address/,
    async () => await mediumPath('http://me:word@m.example/x.iso'),
  );
  expect((await mediumPath(file('x.iso'))).path).toBe(join(folder, 'x.iso'));
});
hint('state-unreadable', 'what is on that partition is given up', async () => {
  const [disk] = imageFacts().disks as [DiskFacts];
  const probed = (planHash: string | null): Facts => ({
    ...imageFacts(),
    kind: 'machine',
    disks: [{ ...disk, begun: { device: '/dev/not-there3', planHash } }],
  });
  await stopped(
    'state-unreadable',
    'wipefs --all /dev/not-there3',
    async () => await earlierRun(join(folder, 'none'), false, probed('abc')),
  );
  // Without a filesystem there are this machine's own partitions, and no state.
  expect(await earlierRun(join(folder, 'none'), false, probed(null))).toBeNull();
});
