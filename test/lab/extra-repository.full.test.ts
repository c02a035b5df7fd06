/**
 * A repository of one's own, signed by a key of one's own, from the profile to the packages in a base. Builds real
 * bases and asks the mirror, on a store of its own. The repository is made here: one package, one key, served on this
 * machine.
 */
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, request as ask } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { namedLogins } from '../../src/profile/address-login.ts';
import { exec } from '../../src/system/process/exec.ts';
import { profileOf } from '../plan/host.ts';
import { buildBases, ground, labPlan } from './bases.ts';

const MINUTE = 60_000;
// Not under /tmp: key files keep their path in the tree, and a finished base has nothing there.
const work = mkdtempSync('/var/lib/xw-repository-');
const key = join(work, 'own.gpg');
const store = join(work, 'bases');
const on = ground({ store });
/** Whoever may read what is below /locked/. */
const [WHO, CANARY] = ['own@er', 'c4n4ry:w/%rd'];
const server = createServer((request, response) => {
  const asked = new URL(request.url ?? '/', 'http://x').pathname;
  const isLocked = asked.startsWith('/locked/');
  if (isLocked && request.headers.authorization !== `Basic ${Buffer.from(`${WHO}:${CANARY}`).toString('base64')}`) {
    response.writeHead(401).end();
    return;
  }
  const path = join(work, 'repository', isLocked ? asked.slice('/locked'.length) : asked);
  if (path.includes('..') || !existsSync(path) || !statSync(path).isFile()) response.writeHead(404).end();
  else response.end(readFileSync(path));
});
let uri = '';
/** A proxy that asks who is there, and hands on what the right one wants. */
const handedOn: string[] = [];
const proxy = createServer((request, response) => {
  if (request.headers['proxy-authorization'] !== `Basic ${Buffer.from(`proxy:${CANARY}`).toString('base64')}`) {
    response.writeHead(407).end();
    return;
  }
  handedOn.push(request.url ?? '');
  const { 'proxy-authorization': _own, ...headers } = request.headers;
  ask(request.url ?? '', { headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  })
    .on('error', () => response.writeHead(502).end())
    .end();
});

beforeAll(async () => {
  mkdirSync(store, { recursive: true });
  // What this machine fetched earlier serves here too.
  const packages = '/var/cache/xenwright/bases/packages';
  if (existsSync(packages)) cpSync(packages, join(store, 'packages'), { recursive: true });
  await makeRepository(join(work, 'repository'));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });
  uri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}, 5 * MINUTE);
afterAll(async () => {
  server.close();
  proxy.close();
  await on.clear();
  rmSync(work, { recursive: true, force: true });
});

/** `dists/own/main` with the package xw-hello, its lists signed by a new key, whose public half is `key`. */
async function makeRepository(root: string): Promise<void> {
  const tree = join(work, 'package');
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  mkdirSync(join(tree, 'usr/share/xw-hello'), { recursive: true });
  writeFileSync(
    join(tree, 'DEBIAN/control'),
    "Package: xw-hello\nVersion: 1.0\nArchitecture: all\nMaintainer: Nobody <nobody@example.org>\nDescription: a package of one's own\n",
  );
  writeFileSync(join(tree, 'usr/share/xw-hello/hello'), 'hello\n');
  const lists = join(root, 'dists/own/main/binary-amd64');
  mkdirSync(lists, { recursive: true });
  await exec(['dpkg-deb', '--build', '--root-owner-group', tree, join(root, 'xw-hello_1.0_all.deb')], { quiet: true });
  const deb = readFileSync(join(root, 'xw-hello_1.0_all.deb'));
  const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
  writeFileSync(
    join(lists, 'Packages'),
    `${readFileSync(join(tree, 'DEBIAN/control'), 'utf8')}Filename: xw-hello_1.0_all.deb\nSize: ${deb.length}\nSHA256: ${sum(deb)}\n`,
  );
  const list = readFileSync(join(lists, 'Packages'));
  writeFileSync(
    join(root, 'dists/own/Release'),
    `Origin: own\nSuite: own\nCodename: own\nDate: ${new Date().toUTCString().replace('GMT', 'UTC')}\nArchitectures: amd64\nComponents: main\nSHA256:\n ${sum(list)} ${list.length} main/binary-amd64/Packages\n`,
  );
  const gpg = ['gpg', '--homedir', join(work, 'gnupg'), '--batch', '--quiet', '--yes'];
  mkdirSync(join(work, 'gnupg'), { mode: 0o700 });
  await exec([...gpg, '--passphrase', '', '--quick-generate-key', 'own@example.org', 'ed25519', 'sign', 'never'], {
    quiet: true,
  });
  await exec([...gpg, '--output', key, '--export', 'own@example.org'], { quiet: true });
  await exec([...gpg, '--output', join(root, 'dists/own/InRelease'), '--clearsign', join(root, 'dists/own/Release')], {
    quiet: true,
  });
  await exec(['gpgconf', '--homedir', join(work, 'gnupg'), '--kill', 'all'], { quiet: true, okCodes: [0, 1, 2] });
}

const extra = (keyFile: string | null): string =>
  `host.source.extra=[{ uri: "${uri}", suite: own, components: [main], key: ${keyFile} }]`;
const WITH_PACKAGE = ['domus.web1.packages=[xw-hello]', 'domus.db1.packages=[xw-hello]'];

it(
  'its packages are in the base, its key and its stanza in the installed tree',
  async () => {
    const plan = await labPlan([extra(key), ...WITH_PACKAGE]);
    const baseOf = await buildBases(plan, ['common', 'domu'], on);
    copyFileSync(join(store, baseOf('web1'), 'image'), on.volume('web1'));
    expect(await on.see('web1', 'cat /usr/share/xw-hello/hello; dpkg-query -W -f "\\${Version}" xw-hello')).toBe(
      'hello\n1.0',
    );
    expect(await on.see('web1', `sha256sum < ${key}`)).toContain(
      createHash('sha256').update(readFileSync(key)).digest('hex'),
    );
    const files = plan.actions.find((action) => action.kind === 'tree.files' && action.domain === 'web1');
    const sources =
      files?.kind === 'tree.files'
        ? files.params.files.find(({ path }) => path.endsWith('xenwright.sources'))?.content
        : undefined;
    expect(sources).toContain(`URIs: ${uri}\nSuites: own\nComponents: main\nSigned-By: ${key}\n`);
  },
  20 * MINUTE,
);

it(
  'source.keyring is one key more, beside those of Debian',
  async () => {
    // The archive is Debian's own: its key must go on being good.
    const plan = await labPlan([`host.source.keyring=${key}`]);
    const baseOf = await buildBases(plan, ['common', 'domu'], on);
    expect(existsSync(join(store, baseOf('web1'), 'image'))).toBe(true);
    copyFileSync(join(store, baseOf('web1'), 'image'), on.volume('web1'));
    const files = plan.actions.find((action) => action.kind === 'tree.files' && action.domain === 'web1');
    const sources =
      files?.kind === 'tree.files'
        ? files.params.files.find(({ path }) => path.endsWith('xenwright.sources'))?.content
        : undefined;
    await on.see(
      'web1',
      `cat > /etc/apt/sources.list.d/xenwright.sources <<'END'\n${String(sources)}END\nrm -f /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources`,
    );
    // Its lists go into memory, the image being as small as its tree. apt of the installed system itself reads the
    // stanzas and trusts the archive.
    await on.see(
      'web1',
      `mkdir -p /run/systemd/resolve && cat > /run/systemd/resolve/stub-resolv.conf <<'END'\n${readFileSync('/etc/resolv.conf', 'utf8')}\nEND\nmkdir -p /run/apt/lists/partial /run/apt/cache/archives/partial && apt-get -q --error-on=any -o Dir::State::lists=/run/apt/lists -o Dir::Cache=/run/apt/cache update`,
    );
  },
  20 * MINUTE,
);

it(
  'without its key nothing is taken from it',
  async () => {
    const plan = await labPlan([extra(null), ...WITH_PACKAGE]);
    await expect(buildBases(plan, ['common'], on)).rejects.toMatchObject({ code: 'mirror-not-trusted' });
  },
  20 * MINUTE,
);

it(
  'with a name and a password in its address, behind a proxy that has another: apt is told, and nothing and nobody else is',
  async () => {
    const locked = uri.replace('//', `//${encodeURIComponent(WHO)}:${encodeURIComponent(CANARY)}@`);
    const changes = [
      `host.proxy=http://proxy:${encodeURIComponent(CANARY)}@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
      `host.source.extra=[{ uri: "${locked}locked/", suite: own, components: [main], key: ${key} }]`,
      'domus.web1.packages=[xw-hello]',
    ];
    const plan = await labPlan(changes);
    expect(JSON.stringify(plan)).not.toContain('c4n4ry');
    const describeBoot = namedLogins(profileOf(changes), 'host.apt') ?? '';
    const here = ground({ store, secret: describeBoot });
    // What others on this machine see of it while it works.
    const seen = new Set<string>();
    const watch = setInterval(() => {
      for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
        try {
          const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
          if (words.includes('c4n4ry') && Number(pid) !== process.pid) seen.add(words);
        } catch {
          /* It has ended. */
        }
    }, 100);
    try {
      const hash = (await buildBases(plan, ['common', 'domu'], here))('web1');
      // Before this test itself looks for the word.
      clearInterval(watch);
      expect([...seen]).toEqual([]);
      copyFileSync(join(store, hash, 'image'), here.volume('web1'));
      expect(
        await here.see(
          'web1',
          'cat /usr/share/xw-hello/hello; ls -A /etc/apt/auth.conf.d; grep -rl c4n4ry /etc /var || true',
        ),
      ).toBe('hello');
      expect(handedOn).toContain(`${uri}locked/dists/own/InRelease`);
      const before = handedOn.length;
      expect(here.log.join('\n')).not.toContain('c4n4ry');
      expect((await exec(['grep', '-rl', 'c4n4ry', store], { okCodes: [0, 1], quiet: true })).stdout).toBe('');
      // The installed system: by its own files, its own apt asks as the right one.
      const files = plan.actions.find((action) => action.kind === 'tree.files' && action.domain === 'web1');
      if (files?.kind !== 'tree.files') throw new Error('web1 has no files');
      await here.act('tree.files', {
        ...files.params,
        tree: here.tree('web1'),
        files: files.params.files.filter(({ path }) => path.startsWith('/etc/apt/')),
        links: [],
        directories: [],
      });
      expect(await here.see('web1', 'stat -c "%a %U" /etc/apt/auth.conf.d/xenwright.conf; grep -rl c4n4ry /etc')).toBe(
        '600 root\n/etc/apt/auth.conf.d/xenwright.conf',
      );
      const own =
        'mkdir -p /run/apt/lists/partial /run/apt/cache/archives/partial && grep -A9 locked /etc/apt/sources.list.d/xenwright.sources >/run/own && { echo Types: deb; cat /run/own; } >/run/own.sources';
      await here.see(
        'web1',
        `${own} && apt-get -q --error-on=any -o Dir::Etc::sourcelist=/run/own.sources -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists=/run/apt/lists -o Dir::Cache=/run/apt/cache update`,
      );
      expect(handedOn.slice(before)).toContain(`${uri}locked/dists/own/InRelease`);
    } finally {
      clearInterval(watch);
      await here.clear();
    }
  },
  20 * MINUTE,
);
