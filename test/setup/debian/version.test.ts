/** Versions of the package rise with the sources, in the order that dpkg knows. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';

interface Commit {
  readonly hash: string;
  readonly epoch: number;
  readonly isModified: boolean;
}
type Tag = 'here' | 'before' | 'none';
// The set-up step is plain JavaScript: it is imported without types.
const { debianVersion, sourceEpoch, sourceState } = (await import(
  new URL('../../../src/setup/debian/version.mjs', import.meta.url).href
)) as {
  debianVersion(of: { version: string; commit: Commit | null; tag: Tag }): string;
  sourceEpoch(commit: Commit | null, environment?: Readonly<Record<string, string>>): number;
  sourceState(version: string, folder: string): { commit: Commit | null; tag: Tag };
};

const folder = mkdtempSync(join(tmpdir(), 'xw-version-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const commit = (epoch: number, isModified = false): Commit => ({ hash: '0444d3760844', epoch, isModified });

test('each is newer for dpkg than the one before', () => {
  const rising = [
    debianVersion({ version: '1.0.0-beta.1', commit: commit(1_700_000_000), tag: 'none' }),
    debianVersion({ version: '1.0.0-beta.1', commit: null, tag: 'none' }),
    debianVersion({ version: '1.0.0-beta.1', commit: commit(1_700_000_001), tag: 'before' }),
    debianVersion({ version: '1.0.0-rc.1', commit: commit(1_700_000_002), tag: 'here' }),
    debianVersion({ version: '1.0.0', commit: commit(1_700_000_002), tag: 'here' }),
    debianVersion({ version: '1.0.0', commit: commit(1_700_000_002, true), tag: 'here' }),
    debianVersion({ version: '1.0.0', commit: commit(1_700_000_003), tag: 'before' }),
    debianVersion({ version: '1.0.0', commit: commit(1_700_086_400), tag: 'before' }),
    debianVersion({ version: '1.0.1', commit: commit(1_700_086_400), tag: 'none' }),
    debianVersion({ version: '1.0.1', commit: commit(1_700_086_400, true), tag: 'none' }),
    debianVersion({ version: '1.0.1', commit: commit(1_700_086_401), tag: 'none' }),
    debianVersion({ version: '1.0.1', commit: commit(1_700_086_401), tag: 'here' }),
    debianVersion({ version: '1.0.10', commit: null, tag: 'none' }),
  ];
  for (const [at, version] of rising.entries()) {
    if (at === 0) continue;
    const { status, stderr } = spawnSync('dpkg', ['--compare-versions', rising[at - 1] ?? '', 'lt', version], {
      encoding: 'utf8',
    });
    expect(`${rising[at - 1]} < ${version}: ${status} ${stderr}`).toBe(`${rising[at - 1]} < ${version}: 0 `);
  }
});

test('they look like this', () => {
  expect(debianVersion({ version: '0.1.0', commit: commit(1_796_061_556), tag: 'none' })).toBe(
    '0.1.0~git20261130175916.0444d3760844-1',
  );
  expect(debianVersion({ version: '1.0.0-rc.1+build-2', commit: null, tag: 'none' })).toBe('1.0.0~rc.1+build.2-1');
});

describe('the commit that the sources are', () => {
  const git = (...words: readonly string[]): void => {
    execFileSync('git', words, {
      cwd: folder,
      env: {
        ...process.env,
        ...Object.fromEntries(
          ['AUTHOR', 'COMMITTER'].flatMap((who) => [
            [`GIT_${who}_NAME`, 'a'],
            [`GIT_${who}_EMAIL`, 'a@example.org'],
            [`GIT_${who}_DATE`, '@1700000000 +0000'],
          ]),
        ),
      },
    });
  };
  test('tells tags of this version before, here and nowhere, and files that differ', () => {
    git('init', '--quiet');
    writeFileSync(join(folder, 'a'), '1');
    git('add', 'a');
    git('commit', '--quiet', '-m', 'one');
    git('tag', 'v1.0.0');
    expect(sourceState('1.0.0', folder)).toMatchObject({
      tag: 'here',
      commit: { epoch: 1_700_000_000, isModified: false },
    });
    expect(sourceState('1.0.1', folder)).toMatchObject({
      tag: 'none',
      commit: { hash: expect.stringMatching(/^\w{12}$/) as string },
    });
    writeFileSync(join(folder, 'a'), '2');
    expect(sourceState('1.0.0', folder)).toMatchObject({ tag: 'here', commit: { isModified: true } });
    git('commit', '--quiet', '-am', 'two');
    expect(sourceState('1.0.0', folder)).toMatchObject({ tag: 'before', commit: { isModified: false } });
  });
  test('an archive of the sources has none; a repository that git cannot read is no archive', () => {
    const archive = join(folder, 'archive');
    mkdirSync(archive);
    expect(sourceState('1.0.0', archive)).toEqual({ commit: null, tag: 'none' });
    mkdirSync(join(archive, '.git'));
    writeFileSync(join(archive, '.git', 'HEAD'), 'torn');
    mkdirSync(join(archive, '.git', 'objects'));
    mkdirSync(join(archive, '.git', 'refs'));
    expect(() => sourceState('1.0.0', archive)).toThrow(/git could not say which commit this is/);
  });
});

test('SOURCE_DATE_EPOCH is the time of everything, else the commit; what is no number is refused', () => {
  expect(sourceEpoch(commit(7), { SOURCE_DATE_EPOCH: '1700000000' })).toBe(1_700_000_000);
  expect(sourceEpoch(commit(7), {})).toBe(7);
  expect(sourceEpoch(commit(7), { SOURCE_DATE_EPOCH: '' })).toBe(7);
  expect(sourceEpoch(null, {})).toBeGreaterThan(0);
  expect(() => sourceEpoch(commit(7), { SOURCE_DATE_EPOCH: 'today' })).toThrow(/not a number of seconds: today/);
});
