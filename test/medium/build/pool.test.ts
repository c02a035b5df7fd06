import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RECIPE } from '../../../src/actions/base-store.ts';
import { makePool } from '../../../src/medium/build/pool.ts';
import { exec } from '../../../src/system/process/exec.ts';
import { localFiles } from '../../../src/system/files/files.ts';
import { common } from '../../actions/toy-base.ts';

async function deb(folder: string, store: string, name: string, version: string, section: string): Promise<void> {
  const tree = join(folder, name);
  mkdirSync(join(tree, 'DEBIAN'), { recursive: true });
  writeFileSync(
    join(tree, 'DEBIAN', 'control'),
    `Package: ${name}\nVersion: ${version}\nArchitecture: all\nMaintainer: A <a@example.org>\nSection: ${section}\nDescription: a test\n`,
  );
  await exec([
    'dpkg-deb',
    '--root-owner-group',
    '--build',
    tree,
    join(store, 'packages', `${name}_${version.replaceAll(':', '%3a')}_all.deb`),
  ]);
}

it('the package pool is an archive that apt reads: a suite per release, components by section', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-pool-'));
  const [store, content] = [join(folder, 'store'), join(folder, 'content')];
  for (const path of [join(store, 'packages'), join(store, 'abc'), content]) mkdirSync(path, { recursive: true });
  await deb(folder, store, 'one', '1:2.0', 'admin');
  await deb(folder, store, 'firmware-two', '3', 'non-free-firmware/kernel');
  writeFileSync(
    join(store, 'abc', 'manifest.json'),
    JSON.stringify({
      ...{ recipe: RECIPE, hash: 'abc', base: common },
      packages: { one: '1:2.0', 'firmware-two': '3' },
    }),
  );
  const context = { exec, files: localFiles, baseStore: store, output: () => undefined };
  await makePool(
    [{ params: { base: { role: 'domu', release: 'trixie' }, hash: 'abc' } }] as never,
    content,
    'Fri, 01 Jan 2027 00:00:00 UTC',
    context as never,
  );
  expect(readFileSync(join(content, 'dists/trixie/Release'), 'utf8')).toMatch(/^Components: main non-free-firmware$/m);
  expect(readFileSync(join(content, 'dists/trixie/non-free-firmware/binary-amd64/Packages'), 'utf8')).toContain(
    'Filename: pool/non-free-firmware/f/firmware-two/firmware-two_3_all.deb\n',
  );
  expect(readFileSync(join(content, 'dists/trixie/main/binary-amd64/Packages'), 'utf8')).toMatch(
    /^Package: one\nVersion: 1:2\.0\n/,
  );
});

it.each(['{', 'null', '{"packages":[]}'])('a base whose manifest is %s stops it, with what to do', async (text) => {
  const store = mkdtempSync(join(tmpdir(), 'xw-pool-'));
  mkdirSync(join(store, 'abc'));
  writeFileSync(join(store, 'abc', 'manifest.json'), text);
  const builds = [{ params: { base: { role: 'domu', release: 'trixie' }, hash: 'abc' } }] as never;
  const context = { exec, files: localFiles, baseStore: store, output: () => undefined } as never;
  await expect(makePool(builds, store, '', context)).rejects.toMatchObject({
    code: 'base-damaged',
    exit: 4,
    hint: expect.stringContaining(`rm -rf ${join(store, 'abc')}`),
  });
});
