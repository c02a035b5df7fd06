import { createServer } from 'node:http';
import { existsSync, readdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { baseBuild } from '../../src/actions/base-build.ts';
import { mmdebstrapArguments } from '../../src/actions/base-common.ts';
import { inTree } from '../../src/actions/base-chroot.ts';
import { installArguments, parsePackages } from '../../src/actions/base-tree.ts';
import type { ActionOf, BaseSpec } from '../../src/plan/action.ts';
import { exec } from '../../src/system/process/exec.ts';
import { common, HASH } from './toy-base.ts';
import { isRoot, smallTree, workbench } from './workbench.ts';
import { actionOf } from './action-of.ts';

const build = (base: BaseSpec): ActionOf<'base.build'> => actionOf('base.build', { base, hash: HASH }, 'base');
const hasMmdebstrap = existsSync('/usr/bin/mmdebstrap') && isRoot;

test.skipIf(!hasMmdebstrap)(
  'a mirror that breaks off is tried three times, then named (needs mmdebstrap and root)',
  async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests++;
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.close();
    });
    const uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`;
    const bench = workbench();
    await expect(
      baseBuild.apply(
        build({ ...common, sources: [{ uri, suite: 'trixie', components: ['main'], keyring: null }] }),
        bench.context,
      ),
    ).rejects.toMatchObject({
      code: 'mirror-failed',
      exit: 5,
      message: expect.stringContaining(uri),
      hint: expect.stringContaining('--resume'),
    });
    expect(requests).toBeGreaterThanOrEqual(3);
    expect(bench.log.filter((line) => /a download failed; try [23] of 3/.test(line))).toHaveLength(2);
    expect(readdirSync(bench.store)).toEqual(['packages']);
    expect(readdirSync(join(bench.folder, 'scratch'))).toEqual([]);
  },
  60_000,
);

test('the common stage is bootstrapped from signed sources alone', () => {
  const argv = mmdebstrapArguments({ ...common, proxy: 'http://proxy:3128' }, '/b/tree.tar', '/b/archives');
  expect(argv).toContain('--keyring=/usr/share/keyrings/debian-archive-keyring.gpg');
  expect(argv).toContain('--aptopt=Acquire::http::Proxy "http://proxy:3128"');
  expect(argv.slice(-3)).toEqual(['trixie', '/b/tree.tar', 'deb http://mirror.example/debian trixie main']);
  expect(argv.join(' ')).not.toMatch(/trusted|AllowUnauthenticated|insecure/i);
  expect(
    mmdebstrapArguments(
      { ...common, sources: [{ uri: '', suite: 'trixie', components: ['main', 'non-free-firmware'], keyring: null }] },
      't',
      'a',
    ).slice(-2),
  ).toEqual(['trixie', 't']);
});

test("keys of sources stand with their archives, and are put into the tree at their path; Debian's own come with its package", () => {
  const debian = '/usr/share/keyrings/debian-archive-keyring.gpg';
  const argv = mmdebstrapArguments(
    {
      ...common,
      sources: [
        {
          uri: 'http://m/debian',
          suite: 'trixie',
          components: ['main'],
          keyring: `${debian},/etc/apt/keyrings/own.gpg`,
        },
        { uri: 'http://e/', suite: 'x', components: ['main'], keyring: "/etc/it's.gpg" },
      ],
    },
    't',
    'a',
  );
  expect(argv.slice(-2)).toEqual([
    `deb [signed-by=${debian},/etc/apt/keyrings/own.gpg] http://m/debian trixie main`,
    "deb [signed-by=/etc/it's.gpg] http://e/ x main",
  ]);
  const hooks = argv.filter((word) => word.startsWith('--setup-hook=') && word.includes('.gpg'));
  expect(hooks).toEqual([
    `--setup-hook=mkdir -p "$1"'/etc/apt/keyrings' && cp '/etc/apt/keyrings/own.gpg' "$1"'/etc/apt/keyrings/own.gpg'`,
    String.raw`--setup-hook=mkdir -p "$1"'/etc' && cp '/etc/it'\''s.gpg' "$1"'/etc/it'\''s.gpg'`,
  ]);
});

test('a key that is not on this machine is said to be missing before anything is fetched', async () => {
  const bench = workbench();
  await expect(
    baseBuild.apply(
      build({
        ...common,
        sources: [{ uri: 'http://m/debian', suite: 'trixie', components: ['main'], keyring: '/nowhere/key.gpg' }],
      }),
      bench.context,
    ),
  ).rejects.toMatchObject({ code: 'keyring-missing', exit: 4 });
  expect(bench.log.join('\n')).not.toContain('mmdebstrap');
});

test.skipIf(!isRoot)(
  'commands in a tree see its mounts, and leave no mount and no process behind when stopped (needs root)',
  async () => {
    const bench = workbench();
    smallTree(bench.tree, ['sh', 'sleep']);
    const run = inTree(
      { ...bench.context, exec: (argv, options) => exec(argv, options, { signal: bench.abort.signal }) },
      bench.tree,
      '',
    );
    expect(
      (await run(['/bin/sh', '-c', 'read -r line < /proc/mounts; [ -c /dev/null ] && echo "pid $$"'])).stdout,
    ).toBe('pid 1\n');
    const running = run(['/bin/sh', '-c', 'sleep 77.31 & sleep 77.32']).catch((error: unknown) => error);
    await new Promise((resolve) => {
      setTimeout(resolve, 700);
    });
    expect((await exec(['sh', '-c', "ps -eo args | grep -c '^sleep 77[.]3'"])).stdout.trim()).toBe('2');
    bench.abort.abort();
    expect(await running).toMatchObject({ code: 'interrupted' });
    expect((await exec(['sh', '-c', "ps -eo args | grep -c '^sleep 77[.]3' || true"])).stdout.trim()).toBe('0');
    expect((await exec(['grep', '-c', bench.tree, '/proc/self/mounts'], { okCodes: [0, 1] })).stdout.trim()).toBe('0');
  },
);

test('roles install just what is named, and tell what is installed', () => {
  expect(installArguments({ ...common, packages: ['linux-image-amd64', 'lvm2'] }).join(' ')).toBe(
    'apt-get --quiet --yes --no-install-recommends -o Dpkg::Use-Pty=0 install linux-image-amd64 lvm2',
  );
  expect(parsePackages('installed lvm2 2.03\nconfig-files old 1\ninstalled zstd 1.5\n')).toEqual({
    lvm2: '2.03',
    zstd: '1.5',
  });
});

test.skipIf(!hasMmdebstrap)(
  'a build that is stopped tells so, and leaves nothing half made (needs mmdebstrap and root)',
  async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const bench = workbench();
    const building = baseBuild
      .apply(
        build({
          ...common,
          sources: [
            {
              uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/debian`,
              suite: 'trixie',
              components: ['main'],
              keyring: null,
            },
          ],
        }),
        bench.context,
      )
      .catch((error: unknown) => error);
    await new Promise<void>((resolve) => {
      server.once('request', () => {
        resolve();
      });
    });
    bench.abort.abort();
    expect(await building).toMatchObject({
      code: 'interrupted',
      exit: 130,
      message: expect.not.stringContaining('rm '),
    });
    expect([readdirSync(bench.store), readdirSync(join(bench.folder, 'scratch'))]).toEqual([['packages'], []]);
  },
  60_000,
);
