import { createServer } from 'node:http';
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { baseBuild, storeEntry } from '../../src/actions/base-build.ts';
import { mmdebstrapArguments } from '../../src/actions/base-common.ts';
import { inTree } from '../../src/actions/base-chroot.ts';
import { isBuilt, RECIPE, surplus, trimStore, underLock } from '../../src/actions/base-store.ts';
import { installArguments, parsePackages } from '../../src/actions/base-tree.ts';
import { failedMirror, withMirrorRetries } from '../../src/actions/mirror-errors.ts';
import { openPackageCache } from '../../src/actions/package-cache.ts';
import { XenwrightError } from '../../src/errors.ts';
import type { ActionOf, BaseSpec } from '../../src/plan/action.ts';
import { exec } from '../../src/system/process/exec.ts';
import { isRoot, smallTree, workbench } from './workbench.ts';

const HASH = 'ab'.repeat(32);
const common: BaseSpec = {
  role: 'common',
  distribution: 'debian',
  release: 'trixie',
  architecture: 'amd64',
  packages: [],
  sources: [{ uri: 'http://mirror.example/debian', suite: 'trixie', components: ['main'], keyring: null }],
  proxy: null,
  parent: null,
  features: [],
  initrd: null,
};
const build = (base: BaseSpec): ActionOf<'base.build'> => ({
  id: 'base',
  kind: 'base.build',
  domain: 'host',
  title: '',
  needs: [],
  place: 'builder',
  weight: 1,
  uses: {},
  timeoutMs: 1,
  params: { base, hash: HASH },
});
const failed = (...lastLines: string[]): XenwrightError =>
  new XenwrightError({
    code: 'command-failed',
    exit: 5,
    message: 'apt-get failed',
    lastLines,
    command: 'apt-get install',
  });
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

test.each([
  [
    'E: Failed to fetch http://mirror.example/debian/pool/x.deb  404  Not Found [IP: 1.2.3.4 80]',
    'http://mirror.example/debian/pool/x.deb',
  ],
  [
    'W: Failed to fetch http://mirror.example/debian/dists/trixie/InRelease  Could not connect to mirror.example:80',
    'http://mirror.example/debian/dists/trixie/InRelease',
  ],
  [
    'Err:5 http://security.example/debian trixie-security InRelease\n  Temporary failure resolving security.example\nE: Some index files failed to download.',
    'http://security.example/debian',
  ],
  [
    "E: The repository 'http://mirror.example/debian trixie Release' does not have a Release file.",
    'http://mirror.example/debian',
  ],
])('a failing download names its address: %s', (output, address) => {
  expect(failedMirror(common, output)).toBe(address);
});

test.each([
  'E: Unable to locate package nginxx',
  'dpkg: error processing package foo (--configure):\n installed foo package post-installation script subprocess returned error exit status 1',
  'No space left on device',
  'http://mirror.example/debian is a nice mirror',
])('other faults are not blamed on the mirror: %s', (output) => {
  expect(failedMirror(common, output)).toBeNull();
});

test('a fault that is not the mirror is not tried again', async () => {
  const bench = workbench();
  let tries = 0;
  await expect(
    withMirrorRetries(
      common,
      bench.context,
      async () => {
        tries++;
        throw failed('E: Unable to locate package nginxx');
      },
      1,
    ),
  ).rejects.toMatchObject({ code: 'command-failed' });
  expect(tries).toBe(1);
});

test('a download that comes at the second try is no fault', async () => {
  const bench = workbench();
  let tries = 0;
  await withMirrorRetries(
    common,
    bench.context,
    async () => {
      if (tries++ === 0) throw failed('E: Failed to fetch http://m/x.deb  503  Busy');
    },
    1,
  );
  expect(tries).toBe(2);
});

test('an archive that nobody vouches for is refused at once', async () => {
  const bench = workbench();
  let tries = 0;
  await expect(
    withMirrorRetries(
      common,
      bench.context,
      async () => {
        tries++;
        throw failed(
          "W: GPG error: http://m trixie InRelease: the following signatures couldn't be verified: NO_PUBKEY 0E98404D386FA1D9",
          'E: Some index files failed to download.',
        );
      },
      1,
    ),
  ).rejects.toMatchObject({ code: 'mirror-not-trusted', hint: expect.stringContaining('keyring') });
  expect(tries).toBe(1);
});

test('a list that has expired is refused at once, though its signature is good', async () => {
  const bench = workbench();
  await expect(
    withMirrorRetries(
      common,
      bench.context,
      async () => {
        throw failed(
          'E: Release file for http://m/debian/dists/forky/InRelease is expired (invalid since 17d 6h 27min 41s). Updates for this repository will not be applied.',
        );
      },
      1,
    ),
  ).rejects.toMatchObject({
    code: 'mirror-stale',
    message: expect.stringMatching(/http:\/\/m\/debian.*forky.*invalid since 17d/),
    hint: expect.stringContaining('clock'),
  });
});

test('two builds of one base at once: one builds, the other waits and takes the result', async () => {
  const bench = workbench();
  let builds = 0;
  const work = async (): Promise<void> => {
    builds++;
    await new Promise((resolve) => {
      setTimeout(resolve, 300);
    });
    mkdirSync(join(bench.store, HASH));
    writeFileSync(join(bench.store, HASH, 'manifest.json'), JSON.stringify({ recipe: RECIPE }));
  };
  await Promise.all([underLock(HASH, bench.context, work), underLock(HASH, bench.context, work)]);
  expect(builds).toBe(1);
  expect(bench.log.join('\n')).toContain('another run builds this base');
});

test('a base of an older recipe, or one whose build was killed, is not taken', async () => {
  const bench = workbench();
  expect(await isBuilt(HASH, bench.context)).toBe(false);
  mkdirSync(join(bench.store, HASH));
  expect(await isBuilt(HASH, bench.context)).toBe(false);
  writeFileSync(join(bench.store, HASH, 'manifest.json'), '{}');
  expect(await isBuilt(HASH, bench.context)).toBe(false);
});

test('a store over its limit loses what was not used for longest, and nothing of the last day', () => {
  const entries = [
    { path: 'now', sizeMiB: 900, usedHoursAgo: 0 },
    { path: 'old', sizeMiB: 100, usedHoursAgo: 900 },
    { path: 'older', sizeMiB: 100, usedHoursAgo: 1000 },
    { path: 'today', sizeMiB: 900, usedHoursAgo: 23 },
  ];
  expect(surplus(entries, 1950)).toEqual(['older']);
  expect(surplus(entries, 100)).toEqual(['older', 'old']);
  expect(surplus(entries, 5000)).toEqual([]);
});

test('packages fetched for one base are there for the next, in a folder that no other run uses', async () => {
  const bench = workbench();
  const [one, two] = ['one', 'two'].map((name) => join(bench.folder, name)) as [string, string];
  const first = await openPackageCache(one, bench.context);
  writeFileSync(join(first.archives, 'a_1_all.deb'), 'a');
  writeFileSync(join(first.archives, 'lock'), '');
  await first.keep();
  const second = await openPackageCache(two, bench.context);
  expect(second.archives).not.toBe(first.archives);
  expect(readdirSync(second.archives).sort()).toEqual(['a_1_all.deb', 'partial']);
});

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

test('tools disks that nobody used for a day go when the store is too large, like anything else in it', async () => {
  const { store, context } = workbench();
  mkdirSync(join(store, 'packages'));
  for (const name of ['tools-0123456789abcdef.img', 'tools-fedcba9876543210.img', 'seed']) {
    writeFileSync(join(store, name), Buffer.alloc(2 * 1024 * 1024, 'x'));
    if (name === 'tools-0123456789abcdef.img') continue;
    utimesSync(join(store, name), new Date(0), new Date(0));
  }
  await trimStore(context, 3);
  expect(readdirSync(store).sort()).toEqual(['packages', 'seed', 'tools-0123456789abcdef.img']);
});

test('a tree that is too large for its place in memory is built again on the disk, and any other fault is told at once', async () => {
  const bench = workbench({
    treeFolder: async (path, _base, isInMemory) => ({ path, isInMemory, release: async () => undefined }),
  });
  const tries: string[] = [];
  const make = (words: string) => async () => {
    tries.push(words);
    if (tries.length === 1 || words === 'dpkg: error') throw failed(words);
    return {};
  };
  await storeEntry(common, HASH, bench.context, make('cannot write: No space left on device'));
  expect(tries).toHaveLength(2);
  expect(await isBuilt(HASH, bench.context)).toBe(true);
  await expect(storeEntry(common, HASH, bench.context, make('dpkg: error'))).rejects.toMatchObject({
    lastLines: ['dpkg: error'],
  });
  expect(tries).toHaveLength(3);
});
