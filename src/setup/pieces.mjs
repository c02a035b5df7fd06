/**
 * Which pieces the program is built in. A start reads the first one, and what it needs for its command: one file of all
 * would be read whole by each. Few of them, since each costs a start something, too: what is imported when it is needed
 * is there by groups, and is carried out only then, as in one file.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './paths.mjs';

/** By the path of what is imported late. `null`: a file is a piece by itself that needs no other one. */
const PIECES = [
  [/^locales\//, null],
  [
    /^src\/(profile|check|facts|system\/source)\/|^src\/commands\/(check|profile)\/|^src\/install\/(trusted-source|prepare)\.ts$/,
    'profile',
  ],
  [/^src\/(commands\/)?(domu|host)\//, 'life'],
  [/^src\/ui\/app\//, 'screens'],
  [/^src\/(commands|install)\//, 'install'],
  // What is left goes with whoever imports it.
  [/^/, 'same'],
];
/** What most others have in common with it is with it: without this row, it would be a piece for each two of them. */
const COMMON = 'profile';
/** Not `typeof import('…')`, which is a type. */
const LATE = /(?<!typeof )\bimport\('(\.[^']+)'\)/g;
const NAMESPACE = 'xw-piece';

function pieceOf(path) {
  return PIECES.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}

/** Of every group what of it is imported late anywhere, by paths from the project's root. */
function targets() {
  const found = new Map();
  for (const folder of ['src', 'components']) {
    for (const name of readdirSync(join(root, folder), { recursive: true })) {
      if (!/\.tsx?$/.test(name)) continue;
      const path = join(root, folder, name);
      for (const [, target] of readFileSync(path, 'utf8').matchAll(LATE)) {
        const wanted = fromRoot(path, target);
        const piece = pieceOf(wanted);
        found.set(piece, (found.get(piece) ?? new Set()).add(wanted));
      }
    }
  }
  return found;
}

function fromRoot(importer, target) {
  return relative(root, join(dirname(importer), target));
}

/**
 * A piece as a module. What the first one (`entry`) is made of is imported by each, so that it is one file: nothing is
 * in two pieces.
 */
function moduleOf(piece, all, entry) {
  const addresses = (name) => [...(all.get(name) ?? [])].sort().map((path) => JSON.stringify(`./${path}`));
  const first = [...readFileSync(join(root, entry), 'utf8').matchAll(/^import (?!type\b).*from '(\.[^']+)'/gm)];
  const own = addresses(piece);
  return [
    ...first.map(([, target]) => `import ${JSON.stringify(`./${fromRoot(join(root, entry), target)}`)};`),
    `export const modules = { ${own.map((address) => `${address}: () => require(${address})`).join(', ')} };`,
    ...(piece === COMMON
      ? []
      : [
          `export const common = () => [${addresses(COMMON)
            .map((address) => `require(${address})`)
            .join(', ')}];`,
        ]),
  ].join('\n');
}

/** Imports that are late become imports of their piece; `require` keeps what is not carried out yet in one file. */
export const inPieces = (entry) => ({
  name: 'in-pieces',
  setup(build) {
    const all = targets();
    build.onResolve({ filter: new RegExp(`^${NAMESPACE}:`) }, ({ path }) => ({
      path: path.slice(NAMESPACE.length + 1),
      namespace: NAMESPACE,
    }));
    build.onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path: piece }) => ({
      contents: moduleOf(piece, all, entry),
      loader: 'js',
      resolveDir: root,
    }));
    build.onLoad({ filter: /[\\/](src|components)[\\/].*\.tsx?$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import(')) return undefined;
      const contents = text.replaceAll(LATE, (whole, target) => {
        const wanted = fromRoot(path, target);
        const piece = pieceOf(wanted);
        if (piece === null) return whole;
        if (piece === 'same') return `Promise.resolve().then(() => require('${target}') as typeof import('${target}'))`;
        return `import('${NAMESPACE}:${piece}').then(({ modules }) => modules['./${wanted}']())`;
      });
      return { contents, loader: path.endsWith('x') ? 'tsx' : 'ts' };
    });
  },
});
