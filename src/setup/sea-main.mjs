/**
 * What the single executable begins with: it has the program's pieces in itself, and what V8 made of them when they ran
 * before. The same pieces as beside dist/xenwright.mjs, by the same names.
 */
import { getAsset, getAssetKeys, getRawAsset } from 'node:sea';
import { SourceTextModule } from 'node:vm';

const assets = new Set(getAssetKeys());
const pieces = new Map();
const evaluations = new Map();

function pieceOf(specifier) {
  const name = specifier.slice('./'.length);
  const known = pieces.get(name);
  if (known !== undefined) return known;
  const compiled = `${name}.compiled`;
  const piece = new SourceTextModule(getAsset(name, 'utf8'), {
    identifier: name,
    // V8 looks whether it is of this very text, of this version and of such a processor: else it compiles as ever.
    ...(assets.has(compiled) ? { cachedData: new Uint8Array(getRawAsset(compiled)) } : {}),
    importModuleDynamically: evaluated,
    initializeImportMeta: (meta) => {
      meta.url = `file:///xenwright/${name}`;
    },
  });
  pieces.set(name, piece);
  piece.linkRequests(piece.moduleRequests.map((request) => pieceOf(request.specifier)));
  return piece;
}

async function evaluated(specifier) {
  const piece = pieceOf(specifier);
  if (!evaluations.has(piece)) {
    piece.instantiate();
    evaluations.set(piece, piece.evaluate());
  }
  await evaluations.get(piece);
  return piece.namespace;
}

await evaluated('./main.mjs');
