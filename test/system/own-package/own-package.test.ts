/** The package of the program that runs: where it comes from, that it is made once, and that nobody changes it. */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MEDIUM_TOOLS_FILE } from '../../../src/medium/build/manifest.ts';
import { hasOwnPackage, ownPackage } from '../../../src/system/own-package/own-package.ts';
import { packageOrigin, type Origin } from '../../../src/system/own-package/origin.ts';
import { exec } from '../../../src/system/process/exec.ts';

const temporaryFolder = (): string => mkdtempSync(join(tmpdir(), 'xw-own-'));
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const run = async (argv: readonly string[]): ReturnType<typeof exec> => await exec(argv, { quiet: true });
const kit = {
  name: 'xenwright',
  version: '0.1.0-1',
  epoch: 1_796_061_556,
  control: {
    before: 'Package: xenwright\nVersion: 0.1.0-1\nArchitecture: amd64\nMaintainer: A <a@b.invalid>\n',
    after: 'Description: some\n',
  },
  files: [{ path: 'usr/share/doc/xenwright/copyright', content: { text: 'free\n' } }],
};
const executable = async (): Promise<Origin> => ({ from: 'executable', executable: '/bin/true', kit });

test('the executable makes its own package, once', async () => {
  const store = temporaryFolder();
  const said: string[] = [];
  const telling = async (argv: readonly string[]): ReturnType<typeof exec> => {
    said.push(argv.join(' '));
    return await run(argv);
  };
  expect(await hasOwnPackage(store)).toBe(false);
  const made = await ownPackage(store, telling, executable);
  expect(said.length).toBeGreaterThan(0);
  expect(await hasOwnPackage(store)).toBe(true);
  expect(made.path).toMatch(/\/tools-[0-9a-f]{16}\.deb$/);
  expect((await exec(['dpkg-deb', '--field', made.path, 'Package'])).stdout.trim()).toBe('xenwright');
  said.length = 0;
  expect(
    await ownPackage(store, telling, async () => {
      throw new Error('it is there');
    }),
  ).toEqual(made);
  expect(said).toEqual([]);
  expect(readdirSync(store).sort()).toEqual(
    [`${made.path}`, `${made.path}.sha256`].map((path) => path.split('/').at(-1)),
  );
});

test('what is there and has changed since is not given to anybody', async () => {
  const store = temporaryFolder();
  const { path } = await ownPackage(store, run, executable);
  writeFileSync(path, 'something else');
  await expect(ownPackage(store, run, executable)).rejects.toMatchObject({ code: 'own-package', exit: 6 });
});

test('one that was not finished is made again', async () => {
  const store = temporaryFolder();
  const { path, sha256: sum } = await ownPackage(store, run, executable);
  rmSync(`${path}.sha256`);
  writeFileSync(path, 'half of it');
  expect(await ownPackage(store, run, executable)).toEqual({ path, sha256: sum });
});

test('a program without one says so', async () => {
  await expect(ownPackage(temporaryFolder(), run, async () => null)).rejects.toMatchObject({
    code: 'own-package',
    exit: 4,
  });
});

test("a checkout's script makes it", async () => {
  const folder = temporaryFolder();
  const script = join(folder, 'package.mjs');
  writeFileSync(script, "import { writeFileSync } from 'node:fs'; writeFileSync(process.argv[3], 'from the sources');");
  const made = await ownPackage(join(folder, 'store'), run, async () => ({ from: 'sources', script }));
  expect(readFileSync(made.path, 'utf8')).toBe('from the sources');
  expect(made.sha256).toBe(sha256('from the sources'));
});

test('that of a medium is taken with the sum that the medium says, or not at all', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'xenwright.deb');
  writeFileSync(path, 'of the medium');
  const origin = (sum: string) => async (): Promise<Origin> => ({ from: 'medium', path, sha256: sum });
  const store = join(folder, 'store');
  await expect(ownPackage(store, run, origin(sha256('another')))).rejects.toMatchObject({
    code: 'own-package',
    exit: 6,
  });
  expect(await hasOwnPackage(store)).toBe(false);
  expect((await ownPackage(store, run, origin(sha256('of the medium')))).sha256).toBe(sha256('of the medium'));
});

test('it comes from the medium for the program of the medium alone, from the sources for their bundle, else from nowhere', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'medium/xenwright'), { recursive: true });
  const manifest = { files: { [MEDIUM_TOOLS_FILE]: sha256('of the medium') } };
  writeFileSync(join(folder, 'medium/xenwright/manifest.json'), JSON.stringify(manifest));
  const medium = join(folder, 'medium');
  const ofMedium = { executable: '/usr/lib/xenwright/node', script: '/usr/lib/xenwright/xenwright.mjs' };
  expect(await packageOrigin(ofMedium, medium)).toEqual({
    from: 'medium',
    path: join(medium, MEDIUM_TOOLS_FILE),
    sha256: sha256('of the medium'),
  });
  expect(await packageOrigin(ofMedium, join(folder, 'none'))).toBeNull();
  expect(
    await packageOrigin({ executable: '/usr/bin/node', script: join(folder, 'dist/xenwright.mjs') }, medium),
  ).toBeNull();
  mkdirSync(join(folder, 'src/setup'), { recursive: true });
  writeFileSync(join(folder, 'src/setup/package.mjs'), '');
  expect(
    await packageOrigin({ executable: '/usr/bin/node', script: join(folder, 'dist/xenwright.mjs') }, medium),
  ).toEqual({ from: 'sources', script: join(folder, 'src/setup/package.mjs') });
});

test.skipIf(process.getuid?.() !== 0)(
  "beside a bundle in a folder of everybody's nobody's script is run as ours",
  async () => {
    const folder = temporaryFolder();
    const setup = join(folder, 'src/setup');
    mkdirSync(setup, { recursive: true });
    const script = join(setup, 'package.mjs');
    writeFileSync(script, '');
    const origin = async (): Promise<Origin | null> =>
      await packageOrigin({ executable: '/usr/bin/node', script: join(folder, 'dist/xenwright.mjs') }, folder);
    expect(await origin()).toEqual({ from: 'sources', script });
    chmodSync(folder, 0o1777);
    expect(await origin()).toBeNull();
    chmodSync(folder, 0o755);
    chownSync(setup, 12_345, 12_345);
    expect(await origin()).toBeNull();
    // Of whom the whole checkout is.
    chownSync(folder, 12_345, 12_345);
    expect(await origin()).toEqual({ from: 'sources', script });
    chmodSync(script, 0o666);
    expect(await origin()).toBeNull();
  },
);
