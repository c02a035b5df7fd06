/** What the bundle does sooner or later than the libraries themselves gives the same answers. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

interface Segmenter {
  segment(text: string): Iterable<{ readonly segment: string }>;
}
// Plain JavaScript, and a library of Ink's: imported without types.
const load = async <Module>(path: string): Promise<Module> =>
  (await import(new URL(`../../${path}`, import.meta.url).href)) as Module;
const { SIMPLE_CELLS, buildBundle } = await load<{
  readonly SIMPLE_CELLS: string;
  buildBundle(outfile: string): Promise<void>;
}>('src/setup/bundle.mjs');
const { LaterSegmenter } = await load<{
  readonly LaterSegmenter: new (locale?: string, options?: Intl.SegmenterOptions) => Segmenter;
}>('src/setup/later-segmenter.mjs');
const { default: stringWidth } = await load<{ default(text: string): number }>('node_modules/string-width/index.js');

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

test('the bundle loads of Node itself only what is used: one module is imported, the others are asked for by name', () => {
  const text = readFileSync(new URL('../../dist/xenwright.mjs', import.meta.url), 'utf8');
  expect(new Set([...text.matchAll(/\b(?:from|import) ?"(node:[^"]+)"/g)].map(([, name]) => name))).toEqual(
    new Set(['node:module']),
  );
  expect(text).toContain('process.getBuiltinModule("node:fs")');
});

test('what is built is ASCII alone, which is read faster, and has every language, packed or not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-bundle-'));
  const file = join(folder, 'xenwright.mjs');
  await buildBundle(file);
  const bytes = readFileSync(file);
  expect(bytes.findIndex((byte) => byte > 127)).toBe(-1);
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
