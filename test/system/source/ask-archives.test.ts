import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { BaseSpec } from '../../../src/plan/action.ts';
import { askArchives } from '../../../src/system/source/ask-archives.ts';

const common = (uri: string, proxy: string | null): BaseSpec => ({
  role: 'common',
  distribution: 'debian',
  release: 'trixie',
  architecture: 'amd64',
  packages: [],
  parent: null,
  features: [],
  initrd: null,
  proxy,
  sources: [{ uri, suite: 'trixie', components: ['main'], keyring: null }],
});
const isRoot = process.getuid?.() === 0;

test.skipIf(!isRoot)(
  'an archive that cannot be reached is told of, and no password of its address (needs root)',
  async () => {
    const asked = askArchives(common('http://joe:canary-m@127.0.0.1:9/debian', 'http://joe:canary-p@127.0.0.1:8'));
    const error = await asked.then(
      () => null,
      (reason: unknown) => reason as { readonly lastLines: readonly string[] },
    );
    expect(error).toMatchObject({
      code: 'command-failed',
      lastLines: expect.arrayContaining([expect.stringMatching(/^E: Failed to fetch http:.*127\.0\.0\.1/)]),
    });
    expect(JSON.stringify(error)).not.toContain('canary');
  },
  60_000,
);

test.skipIf(!isRoot)(
  'an archive that wants a login gets it (needs root)',
  async () => {
    const logins: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      logins.push(request.headers.authorization);
      response
        .writeHead(request.headers.authorization === undefined ? 401 : 404, { 'www-authenticate': 'Basic realm="x"' })
        .end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => {
      server.close();
    });
    const { port } = server.address() as AddressInfo;
    await expect(
      askArchives(
        common(`http://127.0.0.1:${port}/debian`, null),
        `machine http://127.0.0.1:${port} login joe password canary-l\n`,
      ),
    ).rejects.toMatchObject({ lastLines: expect.not.arrayContaining([expect.stringContaining('canary')]) });
    expect(logins).toContain(`Basic ${Buffer.from('joe:canary-l').toString('base64')}`);
  },
  60_000,
);
