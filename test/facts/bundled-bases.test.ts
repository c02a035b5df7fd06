import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { BUNDLED_BASES, probeBundledBases, type BundledBases } from '../../src/facts/bundled-bases.ts';
import { BASE_RECIPE } from '../../src/plan/base-recipe.ts';
import { common } from '../actions/toy-base.ts';

const HASH = 'ab'.repeat(32);
const EXTENTS = '{"sizeBytes":4096,"usedBytes":4096,"extents":[{"offset":0,"length":4096}]}\n';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const manifest = {
  recipe: BASE_RECIPE,
  hash: HASH,
  base: { ...common, role: 'dom0' },
  sha256: { image: 'ab', 'extents.json': sha256(EXTENTS) },
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

const changed = (fields: object) => ({ ...whole, 'manifest.json': JSON.stringify({ ...manifest, ...fields }) });
const RANGE_PAST_THE_END = '{"sizeBytes":4096,"usedBytes":1,"extents":[{"offset":4096,"length":1}]}';

it('takes a whole base of this version', async () => {
  expect(await probed(whole)).toEqual({ fit: [{ hash: HASH, base: manifest.base }], unfit: [] });
});

it.each<readonly [what: string, why: string, files: Readonly<Record<string, string>>]>([
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
  ['that says nothing of what it is', 'damaged', changed({ base: { role: 'dom0' } })],
  ['that is no base', 'damaged', changed({ base: null })],
  ['whose checksums are none', 'damaged', changed({ sha256: { image: 5 } })],
  ['whose manifest is a list', 'damaged', { ...whole, 'manifest.json': '[]' }],
  ...['{}', '[]', 'null', '{"sizeBytes":1,"usedBytes":1,"extents":[null]}', RANGE_PAST_THE_END].map(
    (text) =>
      [
        `with extents that its manifest vouches for and that are ${text}`,
        'damaged',
        { ...changed({ sha256: { image: 'ab', 'extents.json': sha256(text) } }), 'extents.json': text },
      ] as const,
  ),
])('does not take one %s, and says so', async (_, why, files) => {
  expect(await probed(files)).toEqual({ fit: [], unfit: [{ name: HASH, why }] });
});
