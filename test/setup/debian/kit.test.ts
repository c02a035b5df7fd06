/** The Debian package of an executable that stands in for the large one: what is in it, and that it is the same twice. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeDeb } from '../../../src/system/own-package/deb.ts';
import type { Kit } from '../../../src/system/own-package/kit.ts';
import { exec } from '../../../src/system/process/exec.ts';

// The set-up step is plain JavaScript: it is imported without types.
const { makeKit } = (await import(new URL('../../../src/setup/debian/kit.mjs', import.meta.url).href)) as {
  makeKit(of: object): Kit;
};
const { librariesAmong } = (await import(new URL('../../../src/setup/bundle.mjs', import.meta.url).href)) as {
  librariesAmong(paths: readonly string[]): string[];
};

const folder = mkdtempSync(join(tmpdir(), 'xw-package-'));
const VERSION = '0.1.0~git20261130175916.0444d3760844-1';
const EPOCH = 1_796_061_556;
const one = join(folder, 'one.deb');
const again = join(folder, 'elsewhere', 'again.deb');
const kit = makeKit({ libraries: ['node_modules/react'], depends: 'libc6 (>= 2.28)', version: VERSION, epoch: EPOCH });
const build = async (outfile: string): Promise<void> =>
  await writeDeb({
    outfile,
    executable: join(folder, 'executable'),
    // As it comes out of the executable that carries it.
    kit: JSON.parse(JSON.stringify(kit)) as Kit,
    run: (argv) => exec(argv),
  });
const dpkgDeb = (...words: readonly string[]): string => execFileSync('dpkg-deb', words, { encoding: 'utf8' });
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

beforeAll(async () => {
  copyFileSync('/bin/true', join(folder, 'executable'));
  mkdirSync(join(folder, 'elsewhere'));
  await build(one);
  // Workers of the tests have no umask of their own: the mode of the executable's own copy is another, instead.
  execFileSync('chmod', ['0700', join(folder, 'executable')]);
  await build(again);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('built again, elsewhere and later, it has the same bytes, and nothing is left beside it', () => {
  expect(sha256(again)).toBe(sha256(one));
  expect(readdirSync(folder).sort()).toEqual(['elsewhere', 'executable', 'one.deb']);
});

test('control says what it is, what it needs, and how large it is', () => {
  const control = dpkgDeb('--field', one);
  expect(control).toContain(`Package: xenwright\nVersion: ${VERSION}\nArchitecture: amd64\n`);
  expect(control).toContain('\nDepends: libc6 (>= 2.28)\nRecommends: ca-certificates\n');
  expect(Number(dpkgDeb('--field', one, 'Installed-Size'))).toBeGreaterThan(200);
  // lintian's limit for the first line of it.
  expect(dpkgDeb('--field', one, 'Description').split('\n')[0]?.length).toBeLessThan(80);
});

test('all of it is of root and of the time of the commit; the executable alone can be executed', () => {
  const lines = execFileSync('sh', ['-c', 'dpkg-deb --fsys-tarfile "$1" | TZ=UTC tar -tv --full-time', 'sh', one], {
    encoding: 'utf8',
  })
    .trim()
    .split('\n');
  const rows = lines.map((line) => line.split(/\s+/));
  expect(new Set(rows.map(([, owner, , day, time]) => `${owner} ${day} ${time}`))).toEqual(
    new Set(['root/root 2026-11-30 17:59:16']),
  );
  const modes = Map.groupBy(rows, ([mode]) => mode ?? '');
  expect([...modes.keys()].sort()).toEqual(['-rw-r--r--', '-rwxr-xr-x', 'drwxr-xr-x']);
  expect(modes.get('-rwxr-xr-x')?.map((row) => row.at(-1))).toEqual(['./usr/bin/xenwright']);
  expect(rows.map((row) => row.at(-1))).toEqual(
    expect.arrayContaining([
      './usr/share/man/man1/xenwright.1.gz',
      './usr/share/bash-completion/completions/xenwright',
      './usr/share/doc/xenwright/copyright',
      './usr/share/doc/xenwright/changelog.gz',
      './usr/share/doc/xenwright/changelog.Debian.gz',
      './usr/share/doc/xenwright/examples/minimal.yaml',
    ]),
  );
  expect(rows.filter((row) => /^\.\/(etc|var)\//.test(row.at(-1) ?? ''))).toEqual([]);
});

test('its files are what their sums say, and its changelog is one that dpkg reads', () => {
  const tree = join(folder, 'tree');
  dpkgDeb('--raw-extract', one, tree);
  execFileSync('md5sum', ['--check', '--strict', '--quiet', 'DEBIAN/md5sums'], { cwd: tree });
  const changelog = execFileSync('zcat', ['usr/share/doc/xenwright/changelog.Debian.gz'], {
    cwd: tree,
    encoding: 'utf8',
  });
  expect(changelog).toMatch(
    /^xenwright \(0\.1\.0~git\S+-1\) unstable; urgency=medium\n\n  \* .*\n\n -- .* <.*>  Mon, 30 Nov 2026 17:59:16 \+0000\n$/,
  );
  const overrides = readFileSync(join(tree, 'usr/share/lintian/overrides/xenwright'), 'utf8').split('\n');
  // Each has its reason above it, or is the second of two with one reason.
  for (const [at, line] of overrides.entries())
    if (line.startsWith('xenwright:')) expect(overrides[at - 1], line).toMatch(/^(#|xenwright:)/);
  rmSync(tree, { recursive: true });
});

test('the libraries of a bundle are the folders of their files', () => {
  expect(
    librariesAmong([
      'node_modules/b/c.js',
      'node_modules/@a/b/lib/c.js',
      'node_modules/@a/b/node_modules/c/d.js',
      'node_modules/b/e.js',
      'src/main.ts',
    ]),
  ).toEqual(['node_modules/@a/b', 'node_modules/@a/b/node_modules/c', 'node_modules/b']);
});
