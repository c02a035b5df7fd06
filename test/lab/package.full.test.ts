/**
 * The Debian package as people have it: built twice, in two folders and in other surroundings, it has the same bytes;
 * in bare trees of Debian 12 and 13, which have no Node.js, apt installs it with what it needs, it works there, lintian
 * of that release finds nothing, and apt takes it away again whole. The trees are kept nowhere.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { labFolder } from './support/cli.ts';

const MINUTE_MS = 60_000;
const folder = resolve(labFolder('package'));
// The set-up step is plain JavaScript: it is imported without types.
const { makeSystem, removeTree, inTree } = (await import(
  new URL('../../src/setup/bare-tree.mjs', import.meta.url).href
)) as {
  makeSystem(release: string, packages: readonly string[]): Promise<string>;
  removeTree(tree: string): void;
  inTree(tree: string, argv: readonly string[], folder?: string): string[];
};
const sha256 = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** A clone of HEAD with the libraries that are here; gives the package that it makes of itself. */
function built(name: string, environment: Readonly<Record<string, string>> = {}): string {
  const clone = join(folder, name);
  rmSync(clone, { recursive: true, force: true });
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', `file://${process.cwd()}`, clone]);
  // As links: they are some hundred MB.
  execFileSync('cp', ['--archive', '--link', 'node_modules', clone]);
  const script = `umask ${name === 'one' ? '022' : '077'}; exec node src/setup/package.mjs`;
  const path = execFileSync('sh', ['-c', script], {
    cwd: clone,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 20 * MINUTE_MS,
  });
  return join(clone, path.trim());
}

let deb = '';
beforeAll(() => {
  deb = built('one');
}, 25 * MINUTE_MS);
afterAll(() => {
  for (const name of ['one', 'another-folder']) rmSync(join(folder, name), { recursive: true, force: true });
});

it(
  'built again, in another folder, time zone, language and umask, it has the same bytes',
  () => {
    const again = built('another-folder', { TZ: 'Pacific/Kiritimati', LANG: 'C', LC_ALL: 'C', HOME: folder });
    expect(basename(again)).toBe(basename(deb));
    expect(sha256(again)).toBe(sha256(deb));
  },
  25 * MINUTE_MS,
);

describe.each(['bookworm', 'trixie'])('in a bare tree of %s', (release) => {
  let tree = '';
  const inside = (
    argv: readonly string[],
  ): { readonly status: number | null; readonly stdout: string; readonly stderr: string } => {
    const [command = '', ...words] = inTree(tree, argv, '/root');
    return spawnSync(command, words, { encoding: 'utf8', timeout: 20 * MINUTE_MS, maxBuffer: 64 * 1024 ** 2 });
  };
  const done = (argv: readonly string[]): string => {
    const { status, stdout, stderr } = inside(argv);
    expect(status, `${argv.join(' ')}: ${stderr}\n${stdout}`).toBe(0);
    return stdout;
  };
  beforeAll(async () => {
    tree = await makeSystem(release, ['ca-certificates']);
    mkdirSync(join(tree, 'root'), { recursive: true });
    copyFileSync(deb, join(tree, 'root', basename(deb)));
    done(['apt-get', '-q', 'update']);
  }, 30 * MINUTE_MS);
  afterAll(() => {
    if (tree !== '') removeTree(tree);
  });

  it(
    'apt installs it with what it needs, and it works without Node.js',
    () => {
      expect(inside(['sh', '-c', 'command -v node nodejs']).status).not.toBe(0);
      done(['apt-get', '-q', 'install', '--yes', '--no-install-recommends', `/root/${basename(deb)}`]);
      const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
      expect(done(['xenwright', '--version'])).toBe(`${version}\n`);
      const profile = '/usr/share/doc/xenwright/examples/minimal.yaml';
      expect(done(['xenwright', 'check', profile])).toMatch(/: no errors\n$/);
      const plan = JSON.parse(done(['xenwright', 'plan', profile, '--image', 'host.img', '--format', 'json'])) as {
        actions: readonly unknown[];
      };
      expect(plan.actions.length).toBeGreaterThan(20);
      // This is no Xen host, and none that Xenwright has installed.
      expect(done(['xenwright', 'host', 'status'])).toMatch(/^critical +this host runs without Xen$/m);
      expect(inside(['xenwright', 'domu', 'list'])).toMatchObject({
        status: 4,
        stderr: expect.stringContaining('Xen is not running on this system, and it has no DomUs'),
      });
      expect(inside(['xenwright', 'domu', 'add', profile, '--yes'])).toMatchObject({
        status: 4,
        stderr: expect.stringContaining('this system was not installed by Xenwright'),
      });
      expect(done(['dpkg', '--verify', 'xenwright'])).toBe('');
      expect(inside(['sh', '-c', 'command -v node nodejs']).status).not.toBe(0);
    },
    20 * MINUTE_MS,
  );

  it(
    'lintian of the release finds no error and nothing to warn of',
    () => {
      done(['apt-get', '-q', 'install', '--yes', '--no-install-recommends', 'lintian']);
      expect(done(['lintian', '--allow-root', '--fail-on', 'error,warning', `/root/${basename(deb)}`])).toBe('');
    },
    30 * MINUTE_MS,
  );

  it(
    'apt takes it away again, and nothing of it is left',
    () => {
      const files = done(['dpkg', '--listfiles', 'xenwright'])
        .split('\n')
        .filter((path) => path.includes('xenwright'));
      expect(files.length).toBeGreaterThan(10);
      done(['apt-get', '-q', 'purge', '--yes', 'xenwright']);
      expect(files.filter((path) => inside(['test', '-e', path]).status === 0)).toEqual([]);
    },
    20 * MINUTE_MS,
  );
});
