/**
 * The version of the Debian package, in the order of deb-version(7): of a tagged commit the program's own; before that
 * tag `0.1.0~git…`, which sorts below it; after it `0.1.0+git…`. Between snapshots the time of the commit decides.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { root } from '../paths.mjs';
import { Trouble } from '../trouble.mjs';

/** There has been one packaging of each version. */
const REVISION = '1';

/**
 * `version`: of package.json, as npm writes them. `commit`: null where there is no repository (a released archive of
 * the sources), else its short hash, the seconds since 1970 of its time, and whether files differ from it. `tag`: where
 * the tag of `version` is: `here`, `before` this commit, or `none`.
 */
export function debianVersion({ version, commit, tag }) {
  // 1.0.0-rc.1 comes before 1.0.0 for npm; for dpkg a hyphen would begin the revision.
  const upstream = version.replace(/^([^+-]*)-/, '$1~').replaceAll('-', '.');
  if (commit === null || (tag === 'here' && !commit.isModified)) return `${upstream}-${REVISION}`;
  const time = new Date(commit.epoch * 1000).toISOString().replace(/\D/g, '').slice(0, 14);
  const snapshot = `git${time}.${commit.hash}${commit.isModified ? '.modified' : ''}`;
  return `${upstream}${tag === 'none' ? '~' : '+'}${snapshot}-${REVISION}`;
}

/** The commit that these sources are, and where the tag of this version is. Trouble: git cannot tell. */
export function sourceState(version, folder = root) {
  if (!existsSync(join(folder, '.git'))) return { commit: null, tag: 'none' };
  // This repository and no other: where it cannot be read, git would go on to one that the folder lies in.
  const env = { ...process.env, LC_ALL: 'C.UTF-8', GIT_CEILING_DIRECTORIES: dirname(resolve(folder)) };
  const git = (...words) => execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe', env }).trim();
  try {
    const [hash, epoch] = git('log', '-1', '--abbrev=12', '--format=%h %ct').split(' ');
    const isModified = git('status', '--porcelain', '--untracked-files=no') !== '';
    const tags = (...words) => git('tag', '--list', `v${version}`, ...words) !== '';
    const tag = tags('--points-at', 'HEAD') ? 'here' : tags('--merged', 'HEAD') ? 'before' : 'none';
    return { commit: { hash, epoch: Number(epoch), isModified }, tag };
  } catch (error) {
    throw new Trouble(`git could not say which commit this is: ${String(error.stderr ?? error.message).trim()}`, {
      hint: 'The version of the package is made of it.',
    });
  }
}

/**
 * The time that everything in the package bears, in seconds since 1970: SOURCE_DATE_EPOCH, else that of the commit,
 * else that of package.json, which archives keep.
 */
export function sourceEpoch(commit, environment = process.env) {
  const { SOURCE_DATE_EPOCH: given } = environment;
  if (given === undefined || given === '')
    return commit?.epoch ?? Math.floor(statSync(join(root, 'package.json')).mtimeMs / 1000);
  if (!/^\d{1,11}$/.test(given))
    throw new Trouble(`SOURCE_DATE_EPOCH is not a number of seconds: ${given}`, { exit: 2 });
  return Number(given);
}
