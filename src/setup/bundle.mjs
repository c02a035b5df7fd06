/**
 * The sources as one file, dist/xenwright.mjs: built when any source is newer. The appliance and the medium carry the
 * same file.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { bundle, compileCache, node, root } from './paths.mjs';
import { say, Trouble } from './trouble.mjs';

const SOURCES = ['src', 'components', 'locales', 'assets', 'package.json', 'package-lock.json', 'tsconfig.json'];

/**
 * Libraries of the bundle need Node.js 22, and certificates of the system come with 22.15: an older one is told so, in
 * a line, before any of them is loaded.
 */
const REFUSE_OLD_NODE = `{ const [major, minor] = process.versions.node.split(".").map(Number); if (major < 22 || (major === 22 && minor < 15)) { process.stderr.write("xenwright: Node.js 22.15 or newer is needed, and this is " + process.versions.node + ". From the sources, npm start brings its own.\\n"); process.exit(4); } }`;

export async function ensureBundle() {
  if (isFresh()) return;
  say('building dist/xenwright.mjs');
  await buildBundle(bundle);
  rmSync(compileCache, { recursive: true, force: true });
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

/**
 * Builds beside and renames, so that a run that starts meanwhile never reads half a file. Gives the folders of the
 * libraries that are in it, from the project's root.
 */
export async function buildBundle(outfile, entry = 'src/main.ts') {
  const { build } = await import('esbuild');
  mkdirSync(dirname(outfile), { recursive: true });
  const beside = `${outfile}.${process.pid}`;
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [entry],
      outfile: beside,
      bundle: true,
      metafile: true,
      format: 'esm',
      platform: 'node',
      target: 'node22',
      jsx: 'automatic',
      // A file of ASCII alone is read three times as fast as one with a few letters of others.
      charset: 'ascii',
      legalComments: 'none',
      logLevel: 'silent',
      minifySyntax: true,
      minifyWhitespace: true,
      // Long names are a third of the file, which each start reads whole.
      minifyIdentifiers: true,
      define: { 'process.env.NODE_ENV': '"production"', 'Intl.Segmenter': 'LaterSegmenter' },
      inject: [join(root, 'src', 'setup', 'later-segmenter.mjs')],
      banner: {
        js: `${REFUSE_OLD_NODE} import { createRequire as xwCreateRequire } from "node:module"; const require = xwCreateRequire(import.meta.url); const __filename = import.meta.filename; const __dirname = import.meta.dirname;`,
      },
      plugins: [stubUnused, startSooner, laterBuiltins, packedLocales],
    });
    renameSync(beside, outfile);
    return librariesAmong(Object.keys(metafile.inputs));
  } catch (error) {
    rmSync(beside, { force: true });
    if (!Array.isArray(error?.errors)) throw error;
    const lines = error.errors
      .slice(0, 20)
      .map(
        ({ text, location }) =>
          `  | ${location === null ? '' : `${location.file}:${location.line}:${location.column}: `}${text}`,
      );
    throw new Trouble(`the sources could not be built:\n${lines.join('\n')}`);
  }
}

/** `node_modules/a/lib/b.js` → `node_modules/a`, each once, sorted. */
export function librariesAmong(paths) {
  const folders = paths.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * What is imported but never used here: React's developer tools (only when DEV is set), the schemas of conf (only when
 * it is given one).
 */
const stubUnused = {
  name: 'stub-unused',
  setup(build) {
    build.onResolve({ filter: /^(react-devtools-core|ajv|ajv\/.*|ajv-formats)$/ }, ({ path }) => ({
      path,
      namespace: 'stub',
    }));
    build.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
      contents:
        path === 'react-devtools-core'
          ? 'export default { initialize() {}, connectToDevTools() {} };'
          : `export function Ajv2020() { throw new Error(${JSON.stringify(`${path} is not part of the bundle`)}); } export default { default: Ajv2020 };`,
    }));
  },
};

/** One cell and one character each, like ASCII: what screens are drawn with. */
export const SIMPLE_CELLS = String.raw`[\u0020-\u007E\u00A1-\u00A8\u00AA-\u00AC\u00AF-\u02FF\u2010-\u2027\u2190-\u2193\u2500-\u259F\u25C9\u25CB\u276F]`;

/**
 * Work that libraries do when they are loaded, put off to when it is needed. Each pattern must be there: a newer
 * version is looked at anew.
 */
const LATER = [
  // Yoga fetches its own code from a data: address: that loads all of Node's HTTP client. Without fetch it reads the
  // text itself.
  { file: /yoga-wasm-base64-esm\.js$/, from: /^/, to: 'const fetch = undefined;' },
  // What screens are drawn with is as simple as ASCII: one cell, one character each. Everything else is looked up in
  // large tables.
  { file: /string-width[\\/]index\.js$/, from: /\/\^\[\\u0020-\\u007E\]\*\$\//, to: `/^${SIMPLE_CELLS}*$/` },
  {
    file: /string-width[\\/]index\.js$/,
    from: /const rgiEmojiRegex = (\/.*\/v);/,
    to: 'let madeRegex; const rgiEmojiRegex = { test: (text) => (madeRegex ??= $1).test(text) };',
  },
];
const startSooner = {
  name: 'start-sooner',
  setup(build) {
    build.onLoad({ filter: /(yoga-wasm-base64-esm|string-width[\\/]index)\.js$/ }, ({ path }) => {
      const contents = LATER.filter(({ file }) => file.test(path)).reduce(
        (text, { from, to }) => {
          if (!from.test(text)) throw new Error(`${path} is not what the bundle expects: ${from} is not in it`);
          return text.replace(from, to);
        },
        readFileSync(path, 'utf8'),
      );
      return { contents, loader: 'js' };
    });
  },
};

/**
 * Of all languages a start needs one, and English: the others are packed, a third of the file otherwise, which each
 * start reads whole.
 */
const packedLocales = {
  name: 'packed-locales',
  setup(build) {
    build.onLoad({ filter: /[\\/]locales[\\/][^\\/]+\.json$/ }, ({ path }) => {
      if (basename(path) === 'en.json') return undefined;
      const packed = brotliCompressSync(JSON.stringify(JSON.parse(readFileSync(path, 'utf8')))).toString('base64');
      return {
        contents: `import { brotliDecompressSync } from 'node:zlib'; export default JSON.parse(brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString('utf8'));`,
        loader: 'js',
      };
    });
  },
};

/** What the modules of the project's own Node export, by address: this one may be older. */
function exportsOfBuiltins() {
  const tell =
    'JSON.stringify(Object.fromEntries(require("node:module").builtinModules.filter((name) => !name.startsWith("_")).map((name) => [`node:${name.replace(/^node:/, "")}`, Object.keys(process.getBuiltinModule(name))])))';
  return JSON.parse(execFileSync(node, ['--no-warnings', '--print', tell], { encoding: 'utf8' }));
}

/** Modules that are called, late: not even a mention of one loads it. */
const CALLED_ONLY = ['node:child_process'];

/** A module of Node's, which is loaded when something of it is touched. */
function laterModule(path, names) {
  const module = `process.getBuiltinModule(${JSON.stringify(path)})`;
  if (!CALLED_ONLY.includes(path)) return lines(`(name) => ${module}[name]`, module, names);
  // A class can be made, asked for what it has, and stand behind `instanceof`.
  const one = `(name) => new Proxy(function () {}, { apply: (_, __, words) => ${module}[name](...words), construct: (_, words) => new (${module}[name])(...words), get: (_, key) => ${module}[name][key] })`;
  return lines(one, `new Proxy({}, { get: (_, name) => ${module}[name] })`, names);
}

function lines(one, whole, names) {
  return [
    `const one = ${one}; export default ${whole};`,
    ...names.map((name) => `const its_${name} = /* @__PURE__ */ one("${name}"); export { its_${name} as ${name} };`),
  ].join('\n');
}

/**
 * Node's own modules by process.getBuiltinModule, which loads only what is touched: a static import loads them all,
 * with their large families.
 */
const laterBuiltins = {
  name: 'later-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'require-call' ? undefined : { path, namespace: 'later-builtin', sideEffects: false },
    );
    const known = exportsOfBuiltins();
    build.onLoad({ filter: /.*/, namespace: 'later-builtin' }, ({ path }) => {
      const names = known[path].filter((name) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
      return { contents: laterModule(path, names), loader: 'js' };
    });
  },
};
