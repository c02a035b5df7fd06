/** The sources as one file, dist/xenwright.mjs: built when any source is newer. The appliance and the medium carry the same file. */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bundle, root } from './paths.mjs';
import { say, Trouble } from './trouble.mjs';

const SOURCES = ['src', 'components', 'locales', 'assets', 'package-lock.json', 'tsconfig.json'];

export async function ensureBundle() {
  if (isFresh()) return;
  say('building dist/xenwright.mjs');
  await buildBundle(bundle);
}

/** Is the bundle at least as new as every source and every folder of sources (files that went away)? */
export function isFresh() {
  try {
    const built = statSync(bundle).mtimeMs;
    return SOURCES.every((name) => newestIn(join(root, name)) <= built);
  } catch {
    return false;
  }
}

function newestIn(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestIn(join(path, name))), status.mtimeMs);
}

/** Builds beside and renames, so that a run that starts meanwhile never reads half a file. */
export async function buildBundle(outfile, entry = 'src/main.ts') {
  const { build } = await import('esbuild');
  mkdirSync(dirname(outfile), { recursive: true });
  const beside = `${outfile}.${process.pid}`;
  try {
    await build({
      absWorkingDir: root, entryPoints: [entry], outfile: beside, bundle: true, format: 'esm', platform: 'node', target: 'node22', jsx: 'automatic',
      charset: 'utf8', legalComments: 'none', logLevel: 'silent', minifySyntax: true, minifyWhitespace: true,
      define: { 'process.env.NODE_ENV': '"production"' },
      banner: { js: 'import { createRequire as xwCreateRequire } from "node:module"; const require = xwCreateRequire(import.meta.url); const __filename = import.meta.filename; const __dirname = import.meta.dirname;' },
      plugins: [stubDevtools],
    });
    renameSync(beside, outfile);
  } catch (error) {
    rmSync(beside, { force: true });
    if (!Array.isArray(error?.errors)) throw error;
    const lines = error.errors.slice(0, 20).map(({ text, location }) => `  | ${location === null ? '' : `${location.file}:${location.line}:${location.column}: `}${text}`);
    throw new Trouble(`the sources could not be built:\n${lines.join('\n')}`);
  }
}

/** Ink imports React's developer tools only when DEV is set; they are not installed. */
const stubDevtools = {
  name: 'stub-devtools',
  setup(build) {
    build.onResolve({ filter: /^react-devtools-core$/ }, ({ path }) => ({ path, namespace: 'stub' }));
    build.onLoad({ filter: /.*/, namespace: 'stub' }, () => ({ contents: 'export default { initialize() {}, connectToDevTools() {} };' }));
  },
};
