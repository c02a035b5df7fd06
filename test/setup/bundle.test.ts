/** What the bundle does sooner or later than the libraries themselves gives the same answers. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

interface Segmenter {
  segment(text: string): Iterable<{ readonly segment: string }>;
}
// Plain JavaScript, and a library of Ink's: imported without types.
const load = async <Module>(path: string): Promise<Module> =>
  (await import(new URL(`../../${path}`, import.meta.url).href)) as Module;
const { SIMPLE_CELLS, buildBundle, piecesOf } = await load<{
  readonly SIMPLE_CELLS: string;
  piecesOf(outfile: string): string;
  buildBundle(outfile: string): Promise<void>;
}>('src/setup/bundle.mjs');
const { LaterSegmenter } = await load<{
  readonly LaterSegmenter: new (locale?: string, options?: Intl.SegmenterOptions) => Segmenter;
}>('src/setup/later-segmenter.mjs');
const { default: stringWidth } = await load<{ default(text: string): number }>('node_modules/string-width/index.js');

/** All that is built: the file, and what lies in its folder of pieces. */
function programText(file: string): string {
  const pieces = piecesOf(file);
  return [file, ...readdirSync(pieces).map((name) => join(pieces, name))]
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

/** The pieces that are read when this one is, by its imports. */
function readWith(piece: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(piece)) return seen;
  seen.add(piece);
  for (const [, name] of readFileSync(piece, 'utf8').matchAll(/=require\("\.\/([^"]+)"\)[,;]/g))
    readWith(join(dirname(piece), name ?? ''), seen);
  return seen;
}

test('every sign that counts as simple has one cell, alone and beside any other', () => {
  const simple = new RegExp(`^${SIMPLE_CELLS}$`);
  const signs = Array.from({ length: 0xffff }, (_, code) => String.fromCharCode(code)).filter((sign) =>
    simple.test(sign),
  );
  expect(signs.length).toBeGreaterThan(800);
  expect(signs.filter((sign) => stringWidth(sign) !== 1)).toEqual([]);
  expect(stringWidth(signs.join(''))).toBe(signs.length);
  expect([...new Intl.Segmenter().segment(signs.join(''))]).toHaveLength(signs.length);
});

test('a segmenter that is made later takes texts apart in the same way', () => {
  const text = 'e\u0301 \u{1F468}\u200D\u{1F469}\u200D\u{1F467} \u65E5\u672C';
  const parts = (segmenter: Segmenter): string[] => Array.from(segmenter.segment(text), ({ segment }) => segment);
  expect(parts(new LaterSegmenter(undefined, { granularity: 'grapheme' }))).toEqual(
    parts(new Intl.Segmenter(undefined, { granularity: 'grapheme' })),
  );
  expect(parts(new LaterSegmenter('en', { granularity: 'word' }))).toEqual(
    parts(new Intl.Segmenter('en', { granularity: 'word' })),
  );
});

test('the bundle loads of Node itself only what is used: none is imported, they are asked for by name', () => {
  const text = programText(new URL('../../dist/xenwright.mjs', import.meta.url).pathname);
  expect(text).not.toMatch(/\b(?:from|import) ?"node:/);
  expect(text).toContain('process.getBuiltinModule("node:fs")');
});

test('what is built is ASCII alone, which is read faster, and has every language, packed or not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-bundle-'));
  const file = join(folder, 'xenwright.mjs');
  await buildBundle(file);
  const text = programText(file);
  expect(text.length).toBeGreaterThan(1_000_000);
  expect(text).not.toMatch(/[^\0-\x7f]/);
  // Without a terminal it says so in the language that its screens would have.
  const said = (locale: string): string =>
    spawnSync(process.execPath, [file], {
      encoding: 'utf8',
      input: '',
      env: { PATH: process.env['PATH'] ?? '', HOME: folder, LANG: `${locale}.UTF-8` },
    }).stderr;
  expect(said('en_US')).toContain('needs a terminal');
  expect(said('de_DE')).toContain('braucht ein Terminal');
  expect(said('ru_RU')).toContain('нужен терминал');
  rmSync(folder, { recursive: true });
}, 60_000);

test('a start reads few pieces: help needs none of schema, YAML and screens, a check none of the screens', () => {
  const pieces = piecesOf(new URL('../../dist/xenwright.mjs', import.meta.url).pathname);
  const read = (name: string): { readonly files: number; readonly text: string } => {
    const found = readdirSync(pieces).find((file) => file === `${name}.mjs` || file.startsWith(`${name}-`)) ?? '';
    const files = [...readWith(join(pieces, found))];
    return { files: files.length, text: files.map((file) => readFileSync(file, 'utf8')).join('') };
  };
  const [main, profile, install] = [read('main'), read('profile'), read('install')];
  const [schema, screen] = ['prefault', 'react.transitional.element'];
  expect(main.files).toBeLessThan(5);
  expect(main.text.length).toBeLessThan(500_000);
  expect(profile.files).toBeLessThan(8);
  expect(main.text).not.toContain(schema);
  expect(profile.text).toContain(schema);
  for (const { text } of [main, profile, install]) expect(text).not.toContain(screen);
  expect(read('screens').text).toContain(screen);
});

test('what was built before stays a while, since runs that began with it go on', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-pieces-'));
  const file = join(folder, 'program.mjs');
  await buildBundle(file);
  const mine = piecesOf(file);
  const [before, longAgo] = ['0123456789abcdef', 'fedcba9876543210'].map((hash) => join(dirname(mine), hash));
  for (const one of [before, longAgo]) mkdirSync(one ?? '');
  const lastMonth = new Date(Date.now() - 30 * 24 * 3600_000);
  utimesSync(longAgo ?? '', lastMonth, lastMonth);
  // The same sources are the same program, and its pieces are in use again.
  utimesSync(mine, lastMonth, lastMonth);
  await buildBundle(file);
  expect(piecesOf(file)).toBe(mine);
  expect(statSync(mine).mtimeMs).toBeGreaterThan(lastMonth.getTime());
  expect([before, longAgo].map((one) => existsSync(one ?? ''))).toEqual([true, false]);
  expect(readdirSync(folder).toSorted()).toEqual(['program.mjs', 'program.pieces']);
  rmSync(folder, { recursive: true });
}, 60_000);
