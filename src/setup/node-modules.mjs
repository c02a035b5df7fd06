/** node_modules as package-lock.json wants it: `npm ci` where anything differs. */
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runLogged } from './child.mjs';
import { modules, node, root } from './paths.mjs';
import { say, Trouble } from './trouble.mjs';

/**
 * What the libraries want of the Node.js that npm runs on; an older one makes npm leave out what is optional, such as
 * parts in machine code.
 */
const LIBRARIES_NODE = 20;

/** `develops`: those of checks and tests, too. */
export async function ensureModules({ develops }) {
  if (isInstalled({ develops })) return;
  say(`fetching the libraries that package-lock.json names (npm ci; about ${develops ? 'a minute' : 'half a minute'})`);
  await npmCi(process.execPath, { develops });
  // The parts that an old npm leaves out are those of checks and tests.
  if (!develops || Number(process.versions.node.split('.')[0]) >= LIBRARIES_NODE) return;
  // The project's own is there now. npm ci removes it with all the rest, so a copy runs it.
  const folder = mkdtempSync(join(tmpdir(), 'xenwright-npm-'));
  try {
    copyFileSync(node, join(folder, 'node'));
    await npmCi(join(folder, 'node'), { develops });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** `by`: the Node.js that npm runs on, where npm itself has started this. */
async function npmCi(by, { develops }) {
  const npm = process.env.npm_execpath;
  const [command, before] = npm !== undefined && npm.endsWith('.js') ? [by, [npm]] : ['npm', []];
  const kinds = [develops ? '--include=dev' : '--omit=dev', '--include=optional'];
  const args = ['ci', ...kinds, '--no-audit', '--no-fund', '--loglevel=http'];
  const { code, output, path } = await runLogged('npm-ci', command, [...before, ...args], {
    cwd: root,
    env: { ...process.env, NODE_ENV: develops ? 'development' : 'production' },
    progress: npmProgress,
  });
  if (code === 0 && isInstalled({ develops })) return;
  const telling = output.filter((line) => !line.includes(' http ') && !line.startsWith('npm warn')).slice(0, 20);
  throw new Trouble(`npm ci failed with exit code ${code}:\n${telling.map((line) => `  | ${line}`).join('\n')}`, {
    hint: `All of its output is in ${path}. Check that npm's registry can be reached (npm ping), then run the same command again.`,
  });
}

/**
 * Are the libraries there, those of checks and tests (`develops`) too? npm writes its own record last, so a
 * half-finished `npm ci` does not look finished.
 */
export function isInstalled({
  develops,
  wantedPath = join(root, 'package-lock.json'),
  presentPath = join(modules, '.package-lock.json'),
}) {
  try {
    const wanted = packagesOf(wantedPath);
    const present = packagesOf(presentPath);
    const same = Object.entries(wanted).every(
      ([path, entry]) =>
        path === '' ||
        (!develops && entry.dev === true) ||
        (present[path] === undefined
          ? entry.optional === true || entry.peer === true
          : present[path].version === entry.version),
    );
    return same && existsSync(node);
  } catch {
    return false;
  }
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

function npmProgress(line) {
  const fetched = /http fetch GET 200 (\S+)/.exec(line);
  return fetched === null ? null : `fetching ${decodeURIComponent(fetched[1].split('/').at(-1) ?? '')}`;
}
