/** Which pieces a program has, as those see it who carry it along. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { piecesOf } from '../../../src/system/process/program-pieces.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-program-'));
const script = join(folder, 'xenwright.mjs');
afterAll(() => rmSync(folder, { recursive: true }));

test('a program names the folder of its pieces', async () => {
  writeFileSync(script, '{ old(); } const pieces = join(here, "./xenwright.pieces/0123456789abcdef");\n');
  expect(await piecesOf(script)).toEqual({
    folder: join(folder, 'xenwright.pieces/0123456789abcdef'),
    name: 'xenwright.pieces/0123456789abcdef',
  });
});

test.each(['console.log(1);\n', 'await import("./other.mjs");\n', 'join(here, "../up.pieces/0123456789abcdef");\n'])(
  'one that is whole has none: %j',
  async (text) => {
    writeFileSync(script, text);
    expect(await piecesOf(script)).toBeNull();
  },
);
