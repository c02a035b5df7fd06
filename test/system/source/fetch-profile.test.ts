/** Fetching with patience and trust, against real servers, real certificates and real signatures of ssh-keygen. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, test } from 'vitest';
import { inEnglish } from '../../../src/i18n/english.ts';
import { fetchProfile, type Waiting } from '../../../src/system/source/fetch-profile.ts';
import { signText } from '../../../src/system/trust/signature.ts';
import { selfSigned, serve, type Certificate } from '../http/web-server.ts';

const TEXT = 'version: 1 # ü\n';
const identity = {
  macs: ['52:54:00:12:34:56', '52:54:00:12:34:57'],
  serial: null,
  uuid: null,
  product: null,
  hostname: null,
};
const folder = mkdtempSync(join(tmpdir(), 'xw-fetch-'));
let certificate: Certificate;

function key(name: string, passphrase = ''): { file: string; pub: string } {
  const file = join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', 'who signs', '-f', file]);
  return { file, pub: readFileSync(`${file}.pub`, 'utf8') };
}
const pin = (): string => certificate.fingerprint.replaceAll(':', '').toLowerCase();
beforeAll(() => {
  certificate = selfSigned();
});

describe('patience', () => {
  it('outlives a server that is broken for a while, and tells each wait with its last words', async () => {
    let asked = 0;
    const server = await serve((_, response) => {
      if (++asked < 3) response.writeHead(503).end('being repaired');
      else response.end(TEXT);
    });
    const waits: Waiting[] = [];
    expect(
      await fetchProfile([`${server.url}/p.yaml`], {
        onWait: (waiting) => {
          waits.push(waiting);
        },
      }),
    ).toEqual({ source: `${server.url}/p.yaml`, text: TEXT });
    expect(waits.filter(({ isFirst }) => isFirst).map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(waits[0]).toMatchObject({ secondsLeft: 1 });
    expect(waits[0]?.lastWords.map(inEnglish)).toEqual([
      expect.stringMatching(/503 Service Unavailable: being repaired/),
    ]);
    await server.close();
  });

  it('outlives a server that is not there yet', async () => {
    const place = await serve(() => undefined);
    await place.close();
    const later = new Promise<{ close(): Promise<void> }>((resolve) => {
      setTimeout(
        () =>
          resolve(
            serve(
              (_, response) => {
                response.end(TEXT);
              },
              undefined,
              place.port,
            ),
          ),
        700,
      );
    });
    expect((await fetchProfile([place.url], {})).text).toBe(TEXT);
    await (await later).close();
  });

  it('has an end, and then gives every reason', async () => {
    const server = await serve((request, response) => {
      response.writeHead(request.url === '/b' ? 404 : 500).end(`no ${request.url}`);
    });
    await expect(
      fetchProfile([`${server.url}/a`, `${server.url}/b`, '/no/such/file', 'http://s.example/${uuid}'], {
        identity,
        patienceMs: 1,
      }),
    ).rejects.toMatchObject({
      code: 'source-unreachable',
      exit: 6,
      message: expect.stringMatching(
        /UUID is not known.*500 Internal Server Error: no \/a.*404 Not Found: no \/b.*no such file/s,
      ),
      hint: 'check the address and the server; check the path',
    });
    await server.close();
  });

  it('gives the reasons by id and values, for any language', async () => {
    await expect(fetchProfile(['/no/such/file', 'http://s.example/${uuid}'], { identity })).rejects.toMatchObject({
      said: {
        id: 'source-unreachable.profile',
        values: {
          reasons: {
            by: 'semicolon',
            list: [
              { key: 'errors.not-known.message', values: { why: { key: 'errors.not-known.why.uuid' } } },
              {
                key: 'errors.source-unreachable.path.message',
                values: { source: '/no/such/file', reason: { key: 'errors.source-unreachable.reasons.missing' } },
              },
            ],
          },
          hints: { by: 'semicolon', list: [{ key: 'errors.source-unreachable.path.hint' }] },
        },
      },
    });
    // With no hint of its own it is the forms of a SOURCE.
    await expect(fetchProfile(['http://s.example/${uuid}'], { identity })).rejects.toMatchObject({
      message: expect.stringMatching(/^no profile could be read: .*UUID is not known/),
      hint: expect.stringMatching(/^a SOURCE is a path, /),
    });
  });

  it('is not needed where nothing can change: a 404 is final, unless trying is to go on', async () => {
    let asked = 0;
    const server = await serve((_, response) => {
      if (++asked < 3) response.writeHead(404).end();
      else response.end(TEXT);
    });
    await expect(fetchProfile([server.url], {})).rejects.toMatchObject({ code: 'source-unreachable' });
    expect(asked).toBe(1);
    expect((await fetchProfile([server.url], { keepTrying: true })).text).toBe(TEXT);
    await server.close();
  });

  it('ends at once when it is called off', async () => {
    const server = await serve((_, response) => {
      response.writeHead(503).end();
    });
    const abort = new AbortController();
    await expect(
      fetchProfile([server.url], { keepTrying: true, signal: abort.signal, onWait: () => abort.abort() }),
    ).rejects.toMatchObject({ code: 'interrupted', exit: 130 });
    const silent = await serve(() => undefined);
    setTimeout(() => abort2.abort(), 100);
    const abort2 = new AbortController();
    await expect(fetchProfile([silent.url], { signal: abort2.signal })).rejects.toMatchObject({ exit: 130 });
    await Promise.all([server.close(), silent.close()]);
  });

  it('asks for every NIC at once, and takes the first that is there', async () => {
    const asked: string[] = [];
    const server = await serve((request, response) => {
      asked.push(request.url ?? '');
      if (request.url?.includes('57') === true) response.end(TEXT);
      else response.writeHead(404).end();
    });
    expect((await fetchProfile([`${server.url}/\${mac}`], { identity })).source).toBe(
      `${server.url}/52:54:00:12:34:57`,
    );
    expect(asked.sort()).toEqual(['/52:54:00:12:34:56', '/52:54:00:12:34:57']);
    await server.close();
  });
});

describe('the certificate', () => {
  it('of a stranger is refused, with the way out; with its fingerprint it is taken', async () => {
    const server = await serve((_, response) => {
      response.end(TEXT);
    }, certificate);
    await expect(fetchProfile([server.url], {})).rejects.toMatchObject({
      exit: 6,
      message: expect.stringMatching(/self.signed certificate/),
    });
    expect((await fetchProfile([server.url], { trust: { tlsFingerprint: pin() } })).text).toBe(TEXT);
    await server.close();
  });

  it('that is another one stops everything, and nothing is sent to that server', async () => {
    let asked = 0;
    const [server, other] = [
      await serve((_, response) => {
        asked++;
        response.end(TEXT);
      }, certificate),
      await serve((_, response) => {
        response.end(TEXT);
      }),
    ];
    await expect(
      fetchProfile([server.url, other.url], { identity, trust: { tlsFingerprint: '0'.repeat(64) }, keepTrying: true }),
    ).rejects.toMatchObject({ code: 'certificate-differs', exit: 6 });
    await expect(fetchProfile([other.url], { trust: { tlsFingerprint: pin() } })).rejects.toMatchObject({
      code: 'certificate-differs',
      message: expect.stringContaining('plain http'),
    });
    expect(asked).toBe(0);
    await Promise.all([server.close(), other.close()]);
  });
});

describe('a signature', () => {
  const at = (name: string, text: string, signature?: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    if (signature !== undefined) writeFileSync(`${path}.sig`, signature);
    return path;
  };

  it('of one of the keys is good, be it from a key file or an agent', async () => {
    const [mine, other] = [key('mine'), key('other')];
    const signature = await signText(TEXT, mine.file, false);
    const publicKeys = `# who may sign\n${other.pub}\n${mine.pub}`;
    expect((await fetchProfile([at('good.yaml', TEXT, signature)], { trust: { publicKeys } })).text).toBe(TEXT);
    execFileSync(
      'ssh-agent',
      [
        'sh',
        '-c',
        `ssh-add -q ${mine.file} && mv ${mine.file} ${mine.file}.away && ssh-keygen -q -Y sign -n xenwright-profile -f ${mine.file}.pub <${folder}/good.yaml >${folder}/good.yaml.sig`,
      ],
      { stdio: 'ignore' },
    );
    expect((await fetchProfile([join(folder, 'good.yaml')], { trust: { publicKeys } })).text).toBe(TEXT);
  });

  it.each(['altered text', 'altered signature', 'another key', 'another purpose', 'no signature at all'])(
    'with %s is refused, whatever else there is',
    async (how) => {
      const name = how.replaceAll(' ', '-');
      const [mine, other] = [key(`${name}-a`), key(`${name}-b`)];
      const signature =
        how === 'another purpose'
          ? execFileSync('ssh-keygen', ['-q', '-Y', 'sign', '-n', 'file', '-f', mine.file], {
              input: TEXT,
              encoding: 'utf8',
              stdio: ['pipe', 'pipe', 'ignore'],
            })
          : await signText(TEXT, mine.file, false);
      const changed =
        {
          'altered signature': signature.replace(
            /\n([A-Za-z0-9+/])/,
            (_, letter: string) => `\n${letter === 'A' ? 'B' : 'A'}`,
          ),
          'no signature at all': '<html>not here</html>',
        }[how] ?? signature;
      const path = at(`${name}.yaml`, how === 'altered text' ? `${TEXT} ` : TEXT, changed);
      await expect(
        fetchProfile([path, at('unsigned.yaml', TEXT)], {
          trust: { publicKeys: how === 'another key' ? other.pub : mine.pub },
          keepTrying: true,
        }),
      ).rejects.toMatchObject({ code: 'signature-differs', exit: 6 });
    },
  );

  it('that is not there is its own error; a server that only has no time for it is asked again', async () => {
    const mine = key('served');
    const signature = await signText(TEXT, mine.file, false);
    let asked = 0;
    const server = await serve((request, response) => {
      if (request.url === '/p.yaml?rack=1' || request.url === '/none.yaml') response.end(TEXT);
      else if (request.url === '/p.yaml.sig?rack=1' && ++asked > 1) response.end(signature);
      else response.writeHead(request.url === '/none.yaml.sig' ? 404 : 503).end();
    });
    expect((await fetchProfile([`${server.url}/p.yaml?rack=1`], { trust: { publicKeys: mine.pub } })).text).toBe(TEXT);
    await expect(fetchProfile([`${server.url}/none.yaml`], { trust: { publicKeys: mine.pub } })).rejects.toMatchObject({
      code: 'signature-missing',
      exit: 6,
    });
    await server.close();
  });

  it('needs no terminal: a key with a passphrase is an error, not a question', async () => {
    const locked = key('locked', 'canary');
    chmodSync(locked.file, 0o600);
    await expect(signText(TEXT, locked.file, false)).rejects.toMatchObject({ code: 'not-signed' });
  });
});

test('a wrong sum stops everything', async () => {
  const path = join(folder, 'sum.yaml');
  writeFileSync(path, TEXT);
  expect(
    (
      await fetchProfile([path], {
        trust: { sha256: createHash('sha256').update(readFileSync(path)).digest('hex').toUpperCase() },
      })
    ).text,
  ).toBe(TEXT);
  await expect(fetchProfile([path], { trust: { sha256: '0'.repeat(64) }, keepTrying: true })).rejects.toMatchObject({
    code: 'checksum-differs',
    exit: 6,
  });
});
