/** apt itself, told who it is by the file that installs write: towards a server and a proxy of this test. */
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { aptLogins, withoutLogin } from '../../../src/profile/address-login.ts';
import { exec } from '../../../src/system/process/exec.ts';
import { makeApt } from '../../../src/system/medium/packages.ts';
import { minimalText, profileOf } from '../../profile/fixtures.ts';

const who = (header: string | undefined): string | null =>
  header === undefined ? null : Buffer.from(header.replace('Basic ', ''), 'base64').toString();
let folder = '';
let server: Server;
let asked: { method: string; url: string; server: string | null; proxy: string | null }[] = [];
let here = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'xw-apt-login-'));
  asked = [];
  const note = ({
    method = '',
    url = '',
    headers,
  }: {
    method?: string;
    url?: string;
    headers: Record<string, string | string[] | undefined>;
  }): void => {
    asked.push({
      method,
      url,
      server: who(headers['authorization'] as string | undefined),
      proxy: who(headers['proxy-authorization'] as string | undefined),
    });
  };
  server = createServer((request, response) => {
    note(request as never);
    response.writeHead(404).end();
  });
  server.on('connect', (request, socket) => {
    note(request as never);
    socket.end('HTTP/1.1 502 no\r\n\r\n');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  here = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the server was asked first, and by whom. */
async function askedFor(mirror: string, proxy: string | null): Promise<(typeof asked)[number] | undefined> {
  const { host } = profileOf(minimalText, [
    `host.source.mirror=${mirror}`,
    ...(proxy === null ? [] : [`host.proxy=${proxy}`]),
  ]);
  const conf = await makeApt(
    folder,
    [{ uri: withoutLogin(mirror), suite: 'own', components: ['main'], keyring: null, trusted: true }],
    aptLogins(host.source, host.proxy),
  );
  expect(statSync(join(folder, 'apt/etc/auth.conf.d/login.conf')).mode & 0o777).toBe(0o600);
  const through =
    proxy === null
      ? []
      : ['http', 'https'].flatMap((scheme) => ['-o', `Acquire::${scheme}::Proxy=${withoutLogin(proxy)}`]);
  await exec(['apt-get', '-o', 'Acquire::Retries=0', ...through, 'update'], {
    env: { APT_CONFIG: conf },
    okCodes: [0, 100],
    quiet: true,
  });
  return asked[0];
}

test.skipIf(!existsSync('/usr/bin/apt-get')).each([
  ['a name and a password', 'us%40er:p%3Aw%2F%25%23%22', 'us@er:p:w/%#"'],
  ['a name alone', 'token', 'token:'],
])('%s for a mirror', async (_, written, said) => {
  expect(await askedFor(`http://${written}@${here}/debian`, null)).toMatchObject({
    url: '/debian/dists/own/InRelease',
    server: said,
    proxy: null,
  });
});

test.skipIf(!existsSync('/usr/bin/apt-get'))('for a proxy and a mirror behind it', async () => {
  expect(await askedFor('http://me:one@m.example/debian', `http://you:tw%6F@${here}/`)).toMatchObject({
    url: 'http://m.example/debian/dists/own/InRelease',
    server: 'me:one',
    proxy: 'you:two',
  });
});

test.skipIf(!existsSync('/usr/bin/apt-get'))('for a proxy on the way to a mirror by https', async () => {
  expect(await askedFor('https://me:one@m.example/debian', `http://you:two@${here}`)).toMatchObject({
    method: 'CONNECT',
    url: 'm.example:443',
    proxy: 'you:two',
  });
});
