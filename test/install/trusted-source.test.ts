/** What commands make of SOURCEs, trust and rules: real servers, real keys, no machine touched. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../src/commands/check/run.ts';
import { install } from '../../src/commands/install/run.ts';
import { plan } from '../../src/commands/plan/run.ts';
import { prepareProfile, type LoadOptions } from '../../src/install/prepare.ts';
import { profile } from '../../src/commands/profile/run.ts';
import type { CommandIo } from '../../src/system/process/process-io.ts';
import { profileSecrets } from '../../src/system/trust/secrets.ts';
import { readSource } from '../../src/system/source/source.ts';
import { minimalText } from '../profile/fixtures.ts';
import { selfSigned, serve, type Certificate, type Served } from '../system/http/web-server.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-trusted-'));
const SECRET = minimalText
  .replace(
    '  admin:',
    '  files:\n    - { path: /etc/key, source: key, mode: "0600" }\n    - { path: /etc/motd, source: motd }\n  admin:',
  )
  .replace(/sshKeys:/, 'password: "file:root-password"\n    sshKeys:');
const RULES = `${minimalText.replace('hostname: xen1', 'hostname: none')}hosts:\n  - { match: { mac: 5254.0012.3456 }, set: { host: { hostname: xen1 } } }\n  - { match: { hostname: xen2 }, set: { host: { hostname: xen2 } } }\n`;
let certificate: Certificate;
let [plain, safe]: (Served | undefined)[] = [];
const asked: [string | undefined, string | undefined][] = [];

beforeAll(async () => {
  certificate = selfSigned();
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, 'key')]);
  const texts: Record<string, string> = {
    '/p.yaml': SECRET,
    '/key': 'canary',
    '/motd': 'hello',
    '/root-password': 'secret word\n',
    '/rules.yaml': RULES,
  };
  const answer: Parameters<typeof serve>[0] = (request, response) => {
    asked.push([request.url, request.headers['x-xenwright-mac-0'] as string | undefined]);
    const text = texts[request.url ?? ''];
    if (text === undefined) response.writeHead(404).end();
    else response.end(text);
  };
  plain = await serve(answer);
  safe = await serve(answer, certificate);
});
afterAll(async () => {
  await Promise.all([plain?.close(), safe?.close()]);
});

function io(): CommandIo & { said: { out: string; err: string } } {
  const said = { out: '', err: '' };
  return {
    said,
    readText: readSource,
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    interactive: false,
  };
}
const prepare = async (source: string, options: LoadOptions = {}): ReturnType<typeof prepareProfile> =>
  await prepareProfile([source], { as: ['mac=52:54:00:12:34:56'], ...options }, io());

describe('secrets in clear', () => {
  it('over plain http are all named at once, and nothing of them is read', async () => {
    asked.length = 0;
    await expect(prepare(`${plain?.url}/p.yaml`)).rejects.toMatchObject({
      code: 'secret-in-clear',
      exit: 6,
      message: expect.stringMatching(
        /host\.admin\.password \(would be read from http.*root-password.*host\.files\[0\]\.source \(mode 0600/,
      ),
      hint: expect.stringMatching(
        /--allow-clear 'host\.files\[0\]\.source'.*xenwright\.allow-clear=host\.admin\.password/,
      ),
    });
    expect(asked.map(([path]) => path)).toEqual(['/p.yaml']);
  });

  it('are read where each is allowed by its name, in either notation', async () => {
    await expect(prepare(`${plain?.url}/p.yaml`, { allowClear: ['host.admin.password'] })).rejects.toMatchObject({
      message: expect.not.stringContaining('host.admin.password'),
    });
    const prepared = await prepare(`${plain?.url}/p.yaml`, {
      allowClear: ['host.admin.password', 'host.files.0.source'],
    });
    expect(prepared?.profile.host.files.map(({ content }) => content)).toEqual(['canary', 'hello']);
  });

  it('over https are no trouble: what stands beside is read with the same pin and the same headers', async () => {
    asked.length = 0;
    const prepared = await prepare(`${safe?.url}/p.yaml`, { tlsFingerprint: certificate.fingerprint });
    if (prepared == null) throw new Error('no profile');
    expect(prepared.profile.host.files.map(({ content }) => content)).toEqual(['canary', 'hello']);
    const secrets = profileSecrets(prepared.profile, '', prepared.source, new Map(), prepared.read);
    expect(await secrets.resolve({ secret: 'host.admin.password' })).toMatch(/^\$6\$/);
    expect(secrets.redact('it is secret word')).toBe('it is ***');
    expect(asked.sort()).toEqual(
      ['/key', '/motd', '/p.yaml', '/root-password'].map((path) => [path, '52:54:00:12:34:56']),
    );
  });
});

describe('with a key', () => {
  it('what is signed by profile sign is good, also for what stands beside it on a server', async () => {
    const path = join(folder, 'p.yaml');
    writeFileSync(path, minimalText);
    expect(await profile('sign', path, { key: join(folder, 'key') }, io())).toBe(0);
    expect(readFileSync(`${path}.sig`, 'utf8')).toMatch(/^-----BEGIN SSH SIGNATURE-----/);
    const verified = io();
    expect(await profile('verify', path, { pubkey: join(folder, 'key.pub') }, verified)).toBe(0);
    expect(verified.said.out).toBe(`${path}: the signature is good\n`);
    expect(await check(path, { set: [], pubkey: join(folder, 'key.pub') }, io())).toBe(0);
    writeFileSync(path, minimalText.replace('xen1', 'xen9'));
    await expect(profile('verify', path, { pubkey: join(folder, 'key.pub') }, io())).rejects.toMatchObject({
      code: 'signature-differs',
      exit: 6,
    });
    await expect(
      prepare(`${safe?.url}/p.yaml`, { tlsFingerprint: certificate.fingerprint, pubkey: join(folder, 'key.pub') }),
    ).rejects.toMatchObject({ code: 'signature-missing' });
  });

  it('an unsigned or altered profile stops an install before anything is written', async () => {
    const path = join(folder, 'unsigned.yaml');
    const image = join(folder, 'host.img');
    writeFileSync(path, minimalText);
    await expect(
      install([path], { image: [image], set: [], pubkey: join(folder, 'key.pub') }, io()),
    ).rejects.toMatchObject({ code: 'signature-missing', exit: 6 });
    await expect(
      install([`${safe?.url}/p.yaml`], { image: [image], set: [], tlsFingerprint: '00:'.repeat(31) + '00' }, io()),
    ).rejects.toMatchObject({ code: 'certificate-differs', exit: 6 });
    expect(() => readFileSync(image)).toThrow(/ENOENT/);
  });
});

describe('rules per host', () => {
  it('say which fits, and make the plan of that host', async () => {
    const said = io();
    expect(
      await plan(
        `${plain?.url}/rules.yaml`,
        { set: [], image: [join(folder, 'a.img')], format: 'text', as: ['mac=52-54-00-12-34-56'] },
        said,
      ),
    ).toBe(0);
    expect(said.said.err).toMatch(/^hosts\[0\] fits this machine: mac 52:54:00:12:34:56$/m);
    expect(said.said.out).toMatch(/^xen1: debian/);
  });

  it('refuse a machine that none fits: exit 4, with the rules', async () => {
    await expect(
      plan(`${plain?.url}/rules.yaml`, { set: [], image: [join(folder, 'a.img')], format: 'text' }, io()),
    ).rejects.toMatchObject({
      code: 'no-rule-fits',
      exit: 4,
      lastLines: ['hosts[0]: mac 5254.0012.3456', 'hosts[1]: hostname xen2'],
      message: expect.stringMatching(/fits this machine \(mac ([0-9a-f]{2}:){5}[0-9a-f]{2};/),
    });
  });

  it('are all checked where no machine is named', async () => {
    const said = io();
    expect(await check(`${plain?.url}/rules.yaml`, { set: [] }, said)).toBe(0);
    expect(said.said.out).toMatch(/no errors, whichever of its rules fits \(2\)\n$/);
  });
});
