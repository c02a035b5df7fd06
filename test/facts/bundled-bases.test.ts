import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { BUNDLED_BASES, probeBundledBases, type BundledBases } from '../../src/facts/bundled-bases.ts';
import { BASE_RECIPE } from '../../src/plan/base-recipe.ts';

const HASH = 'ab'.repeat(32);
const EXTENTS = '{"extents":[]}\n';
const manifest = {
  recipe: BASE_RECIPE,
  hash: HASH,
  base: { role: 'dom0' },
  sha256: { 'extents.json': createHash('sha256').update(EXTENTS).digest('hex') },
};

/** One base on the medium with these files. */
async function probed(files: Readonly<Record<string, string>>): Promise<BundledBases> {
  const folder = `${BUNDLED_BASES}/${HASH}`;
  return await probeBundledBases({
    read: async (path) => files[path.slice(folder.length + 1)] ?? null,
    readHex: async () => null,
    link: async () => null,
    run: async () => null,
    list: async (path) => (path === BUNDLED_BASES ? [HASH] : path === folder ? Object.keys(files) : []),
  });
}
const whole = { 'manifest.json': JSON.stringify(manifest), 'extents.json': EXTENTS, image: '' };

it('takes a whole base of this version', async () => {
  expect(await probed(whole)).toEqual({ fit: [{ hash: HASH, base: manifest.base }], unfit: [] });
});

it.each([
  [
    'made by another version',
    'version',
    { ...whole, 'manifest.json': JSON.stringify({ ...manifest, recipe: BASE_RECIPE - 1 }) },
  ],
  ['without a manifest', 'damaged', { 'extents.json': EXTENTS, image: '' }],
  ['with half a manifest', 'damaged', { ...whole, 'manifest.json': '{"recipe":' }],
  [
    "with another's manifest",
    'damaged',
    { ...whole, 'manifest.json': JSON.stringify({ ...manifest, hash: 'cd'.repeat(32) }) },
  ],
  ['without its image', 'damaged', { 'manifest.json': JSON.stringify(manifest), 'extents.json': EXTENTS }],
  ['with other extents', 'damaged', { ...whole, 'extents.json': '{}' }],
])('does not take one %s, and says so', async (_, why, files) => {
  expect(await probed(files)).toEqual({ fit: [], unfit: [{ name: HASH, why }] });
});
