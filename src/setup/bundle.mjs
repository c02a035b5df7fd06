/**
 * The sources as a program, dist/xenwright.mjs and the folder of its pieces: built when any source is newer. The
 * appliance and the medium carry the same.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { bundle, compileCache, node, root } from './paths.mjs';
import { inPieces } from './pieces.mjs';
import { say, Trouble } from './trouble.mjs';

const SOURCES = ['src', 'components', 'locales', 'assets', 'package.json', 'package-lock.json', 'tsconfig.json'];

/**
 * Libraries of the bundle need Node.js 22, and certificates of the system come with 22.15: an older one is told so, in
 * a line, before any of them is loaded.
 */
const REFUSE_OLD_NODE = `{ const [major, minor] = process.versions.node.split(".").map(Number); if (major < 22 || (major === 22 && minor < 15)) { process.stderr.write("xenwright: Node.js 22.15 or newer is needed, and this is " + process.versions.node + ". From the sources, npm start brings its own.\\n"); process.exit(4); } }`;

/** What runs first, among the pieces. */
const MAIN = 'main';
/** Runs go on for hours, wizards for days: they read a piece when they come to it. */
const KEPT_MS = 14 * 24 * 3600_000;

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
    if (!existsSync(piecesOf(bundle))) return false;
    return SOURCES.every((name) => newestIn(join(root, name)) <= built);
  } catch {
    return false;
  }
}

/** The folder of the pieces of what `buildBundle` has built. */
export function piecesOf(outfile) {
  const [, name] = /"\.\/([^"]+\.pieces\/[0-9a-f]{16})"/.exec(readFileSync(outfile, 'utf8')) ?? [];
  return join(dirname(outfile), name ?? '');
}

function newestIn(path) {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status === undefined) return 0;
  if (!status.isDirectory()) return status.mtimeMs;
  return readdirSync(path).reduce((newest, name) => Math.max(newest, newestIn(join(path, name))), status.mtimeMs);
}

/**
 * Builds beside and renames, so that a run that starts meanwhile never reads half a program. `outfile` is its
 * beginning; the rest are pieces in `NAME.pieces` beside it, in a folder that is named by what is in it (see
 * pieces.mjs). Gives the folders of the libraries that are in it, from the project's root.
 */
export async function buildBundle(outfile, entry = 'src/main.ts') {
  const { build } = await import('esbuild');
  mkdirSync(dirname(outfile), { recursive: true });
  const beside = `${outfile}.${process.pid}`;
  try {
    const { metafile } = await build({
      absWorkingDir: root,
      entryPoints: [{ in: entry, out: MAIN }],
      outdir: beside,
      outExtension: { '.js': '.mjs' },
      chunkNames: '[name]-[hash]',
      bundle: true,
      splitting: true,
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
      // Long names are a third of what a start reads.
      minifyIdentifiers: true,
      define: {
        'process.env.NODE_ENV': '"production"',
        'Intl.Segmenter': 'LaterSegmenter',
        // A library makes names of files that are its own of it, of the process and of a number.
        __filename: '"xenwright"',
      },
      inject: [join(root, 'src', 'setup', 'later-segmenter.mjs')],
      plugins: [stubUnused, laterExeca, startSooner, laterBuiltins, packedLocales, inPieces(entry)],
    });
    await makeLoadable(beside);
    await putInPlace(beside, outfile);
    return librariesAmong(Object.keys(metafile.inputs));
  } catch (error) {
    if (!Array.isArray(error?.errors)) throw error;
    const lines = error.errors
      .slice(0, 20)
      .map(
        ({ text, location }) =>
          `  | ${location === null ? '' : `${location.file}:${location.line}:${location.column}: `}${text}`,
      );
    throw new Trouble(`the sources could not be built:\n${lines.join('\n')}`);
  } finally {
    rmSync(beside, { recursive: true, force: true });
  }
}

/** What stands in a piece before everything else. */
const IMPORTS = /^(?:import(?:[^";]*from)?"[^"]+";)*/;

/** Modules become functions that load-pieces.mjs calls; the first one may wait for something as a whole. */
async function makeLoadable(folder) {
  const { transform } = await import('esbuild');
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    const [imports] = IMPORTS.exec(text);
    const isMain = name === `${MAIN}.mjs`;
    const { code } = await transform(
      isMain ? `${imports}export const done = (async () => {${text.slice(imports.length)}})();` : text,
      { format: 'cjs', target: 'node22', charset: 'ascii', minify: true, supported: { 'dynamic-import': false } },
    );
    writeFileSync(path, `(function(exports,require,module){"use strict";${code.trimEnd()}\n})`);
  }
}

/**
 * What a start begins with: it refuses an old Node.js before it needs anything of it, and loads the pieces of `folder`
 * beside it.
 */
async function beginning(folder) {
  const contents = `import { loadPieces } from './load-pieces.mjs';
const { readFileSync } = process.getBuiltinModule('node:fs');
const { join } = process.getBuiltinModule('node:path');
const pieces = join(import.meta.dirname, './${folder}');
const { NODE_COMPILE_CACHE: kept } = process.env;
await loadPieces({
  main: '${MAIN}.mjs',
  read: (name) => readFileSync(join(pieces, name), 'latin1'),
  kept: kept === undefined ? undefined : join(kept, './${folder}'),
});`;
  return `${REFUSE_OLD_NODE}\n${await bundled({ stdin: { contents, resolveDir: join(root, 'src', 'setup') } })}`;
}

/** A few modules of the set-up as one text, for what runs without them. */
export async function bundled(input) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    ...input,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    logLevel: 'silent',
  });
  return outputFiles[0].text;
}

/** The pieces first, then the file that begins with them; what was built before stays for those who run it. */
async function putInPlace(beside, outfile) {
  const stem = outfile.replace(/\.mjs$/, '');
  const hash = createHash('sha256');
  for (const name of readdirSync(beside).sort()) hash.update(`${name}\n`).update(readFileSync(join(beside, name)));
  const all = `${stem}.pieces`;
  const pieces = join(all, hash.digest('hex').slice(0, 16));
  mkdirSync(all, { recursive: true });
  if (existsSync(pieces)) utimesSync(pieces, new Date(), new Date());
  else renameSync(beside, pieces);
  const begin = `${outfile}.${process.pid}.begin`;
  writeFileSync(begin, await beginning(`${basename(all)}/${basename(pieces)}`));
  renameSync(begin, outfile);
  for (const old of readdirSync(all).map((name) => join(all, name)))
    if (old !== pieces && Date.now() - statSync(old).mtimeMs > KEPT_MS) rmSync(old, { recursive: true, force: true });
}

/** `node_modules/a/lib/b.js` → `node_modules/a`, each once, sorted. */
export function librariesAmong(paths) {
  const folders = paths.flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(path)?.[0] ?? []);
  return [...new Set(folders)].sort();
}

/**
 * What is imported but never used here: React's developer tools (only when DEV is set, and here it is not), the schemas
 * of conf (only when it is given one).
 */
const stubUnused = {
  name: 'stub-unused',
  setup(build) {
    build.onResolve({ filter: /^(ajv|ajv\/.*|ajv-formats)$/ }, ({ path }) => ({ path, namespace: 'stub' }));
    build.onLoad({ filter: /.*/, namespace: 'stub' }, ({ path }) => ({
      contents: `export function Ajv2020() { throw new Error(${JSON.stringify(`${path} is not part of the bundle`)}); } export default { default: Ajv2020 };`,
    }));
  },
};

/** A library of a hundred files, which is loaded when the first command is run: most starts run none. */
const laterExeca = {
  name: 'later-execa',
  setup(build) {
    build.onResolve({ filter: /^execa$/ }, ({ kind }) =>
      kind === 'require-call' ? undefined : { path: 'execa', namespace: 'later-execa' },
    );
    build.onLoad({ filter: /.*/, namespace: 'later-execa' }, () => ({
      contents: 'export const execa = (...words) => require("execa").execa(...words);',
      resolveDir: root,
      loader: 'js',
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
  // It waits for its code to be compiled: the pieces of the program wait for nothing.
  {
    file: /yoga-wasm-base64-esm\.js$/,
    from: /(?<=h\.monitorRunDependencies\(F\);)(?=if\(h\.instantiateWasm\))/,
    to: 'return a(new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(H.slice(H.indexOf(",") + 1), "base64")), d)), {};',
  },
  {
    file: /yoga-layout[\\/]dist[\\/]src[\\/]index\.js$/,
    from: /wrapAssembly\(await loadYoga\(\)\)/,
    to: '((module) => { loadYoga(module); return wrapAssembly(module); })({})',
  },
  // The developer tools: see stubUnused.
  { file: /ink[\\/]build[\\/]reconciler\.js$/, from: /await import\('\.\/devtools\.js'\);/, to: '' },
  { file: /ink[\\/]build[\\/]reconciler\.js$/, from: /await loadPackageJson\(\)/, to: '{}' },
  // What screens are drawn with is as simple as ASCII: one cell, one character each. Everything else is looked up in
  // large tables.
  { file: /string-width[\\/]index\.js$/, from: /\/\^\[\\u0020-\\u007E\]\*\$\//, to: `/^${SIMPLE_CELLS}*$/` },
  {
    file: /string-width[\\/]index\.js$/,
    from: /const rgiEmojiRegex = (\/.*\/v);/,
    to: 'let madeRegex; const rgiEmojiRegex = { test: (text) => (madeRegex ??= $1).test(text) };',
  },
];
const LATER_FILES =
  /(yoga-wasm-base64-esm|yoga-layout[\\/]dist[\\/]src[\\/]index|ink[\\/]build[\\/]reconciler|string-width[\\/]index)\.js$/;
const startSooner = {
  name: 'start-sooner',
  setup(build) {
    build.onLoad({ filter: LATER_FILES }, ({ path }) => {
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
 * start reads whole. Of English a command needs a few groups of texts: each is read when one of it is said.
 */
const packedLocales = {
  name: 'packed-locales',
  setup(build) {
    build.onLoad({ filter: /[\\/]locales[\\/][^\\/]+\.json$/ }, ({ path }) => {
      const texts = JSON.parse(readFileSync(path, 'utf8'));
      if (basename(path) === 'en.json') return { contents: groupwise(texts), loader: 'js' };
      const packed = brotliCompressSync(JSON.stringify(texts)).toString('base64');
      return {
        contents: `export default JSON.parse(process.getBuiltinModule('node:zlib').brotliDecompressSync(Buffer.from('${packed}', 'base64')).toString('utf8'));`,
        loader: 'js',
      };
    });
  },
};

/** A module that has the same groups of texts, made of JSON when they are asked for: much faster than of JavaScript. */
function groupwise(texts) {
  const groups = Object.entries(texts).map(
    ([name, group]) =>
      `get ${JSON.stringify(name)}() { return made(this, ${JSON.stringify(name)}, ${JSON.stringify(JSON.stringify(group))}); }`,
  );
  return `function made(texts, name, json) { const value = JSON.parse(json); Object.defineProperty(texts, name, { value, enumerable: true }); return value; } export default { ${groups.join(', ')} };`;
}

/**
 * What the modules of the project's own Node export, by address: this one may be older. `function`, or what else it is;
 * `late`: it is made when it is asked for, often of a large family of modules.
 */
function exportsOfBuiltins() {
  const tell = `JSON.stringify(Object.fromEntries(require("node:module").builtinModules.filter((name) => !name.startsWith("_")).map((name) => {
    const all = process.getBuiltinModule(name);
    const kind = (key, { get }) => get !== undefined && (key === "promises" || typeof all[key] === "function") ? "late" : typeof all[key];
    const rows = Object.entries(Object.getOwnPropertyDescriptors(all)).filter(([, one]) => one.enumerable);
    return ["node:" + name.replace(/^node:/, ""), rows.map(([key, one]) => [key, kind(key, one)])];
  })))`;
  return JSON.parse(execFileSync(node, ['--no-warnings', '--print', tell], { encoding: 'utf8' }));
}

/**
 * Modules whose functions and classes are called seldom, and which bring large families along: not even a mention of
 * one loads it.
 */
const CALLED_ONLY = ['child_process', 'crypto', 'dns', 'fs/promises', 'http', 'https', 'net', 'tls', 'tty', 'zlib'];

function isCalledOnly(path) {
  return CALLED_ONLY.includes(path.slice('node:'.length));
}

/** Stands for an object that `asked` gives when something of it is wanted. */
const STANDS_FOR = `(asked) => new Proxy({}, { get: (_, key) => asked()[key], has: (_, key) => key in asked(), ownKeys: () => Reflect.ownKeys(asked()), getOwnPropertyDescriptor: (_, key) => { const one = Reflect.getOwnPropertyDescriptor(asked(), key); return one && { ...one, configurable: true }; } })`;

/** A module of Node's, which is loaded when something of it is touched. */
function laterModule(path, rows) {
  const module = `process.getBuiltinModule(${JSON.stringify(path)})`;
  const isLate = isCalledOnly(path);
  const how = (kind) => {
    if (kind === 'late' || (isLate && kind === 'function')) return 'late';
    return isLate && kind === 'object' ? 'late_object' : 'at_once';
  };
  return [
    `const stands_for = ${STANDS_FOR};`,
    `const at_once = (name) => ${module}[name];`,
    `const late_object = (name) => stands_for(() => ${module}[name]);`,
    // A class can be made, extended, asked for what it has, and stand behind `instanceof`.
    `const late = (name) => new Proxy(function () {}, { apply: (_, __, words) => ${module}[name](...words), construct: (_, words, made) => Reflect.construct(${module}[name], words, made), get: (_, key) => ${module}[name][key] });`,
    `export default ${isLate ? `stands_for(() => ${module})` : module};`,
    ...rows.map(
      ([name, kind]) =>
        `const its_${name} = /* @__PURE__ */ ${how(kind)}("${name}"); export { its_${name} as ${name} };`,
    ),
  ].join('\n');
}

/**
 * Node's own modules by process.getBuiltinModule, which loads only what is touched: a static import loads them all,
 * with their large families.
 */
const laterBuiltins = {
  name: 'later-builtins',
  setup(build) {
    const known = exportsOfBuiltins();
    build.onResolve({ filter: /^(node:)?\w+(\/\w+)?$/ }, ({ path, kind }) => {
      const address = path.startsWith('node:') ? path : `node:${path}`;
      if (known[address] === undefined) return undefined;
      if (kind === 'dynamic-import') return { path: address, external: true };
      return kind === 'require-call'
        ? { path: address, namespace: 'builtin' }
        : { path: address, namespace: 'later-builtin', sideEffects: false };
    });
    build.onLoad({ filter: /^node:worker_threads$/, namespace: 'builtin' }, () => ({
      // A library wants the number of the thread for names of files: there is one thread.
      contents: 'exports.threadId = 0;',
      loader: 'js',
    }));
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: isCalledOnly(path)
        ? `module.exports = (${STANDS_FOR})(() => process.getBuiltinModule(${JSON.stringify(path)}));`
        : `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
      loader: 'js',
    }));
    build.onLoad({ filter: /.*/, namespace: 'later-builtin' }, ({ path }) => {
      const rows = known[path].filter(([name]) => /^[A-Za-z_$][\w$]*$/.test(name) && name !== 'default');
      return { contents: laterModule(path, rows), loader: 'js' };
    });
  },
};
