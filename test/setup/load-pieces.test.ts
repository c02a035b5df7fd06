/** What was compiled at a start is kept for the next one, and nothing depends on it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'xw-load-'));
const kept = join(folder, 'kept');
/** Not where it was built: it finds its pieces beside it. */
const program = join(folder, 'carried/xenwright.mjs');
beforeAll(async () => {
  const { buildBundle } = (await import(new URL('../../src/setup/bundle.mjs', import.meta.url).href)) as {
    buildBundle(outfile: string): Promise<void>;
  };
  await buildBundle(join(folder, 'built/xenwright.mjs'));
  cpSync(join(folder, 'built'), join(folder, 'carried'), { recursive: true });
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

const PROFILE = join(import.meta.dirname, '../profiles/minimal.yaml');
function check(env: Readonly<Record<string, string>>): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, 'check', PROFILE], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] ?? '', ...env },
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}
const files = (): string[] =>
  readdirSync(kept, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\/check\/[^/]+$/.test(name))
    .map((name) => join(kept, name));

test('a start keeps it once, for its command, and says the same with it, with a damaged one and with none', () => {
  const said = check({});
  expect(said).toContain('no errors');
  expect(check({ NODE_COMPILE_CACHE: kept })).toBe(said);
  const made = files();
  expect(made.length).toBeGreaterThan(2);
  const inodes = made.map((file) => statSync(file).ino);
  expect(check({ NODE_COMPILE_CACHE: kept })).toBe(said);
  expect(files().map((file) => statSync(file).ino)).toEqual(inodes);

  const damaged = made.toSorted((a, b) => statSync(b).size - statSync(a).size)[0] ?? '';
  writeFileSync(damaged, 'no code of V8');
  expect(check({ NODE_COMPILE_CACHE: kept })).toBe(said);
  expect(readFileSync(damaged).length).toBeGreaterThan(10_000);
}, 60_000);

test('where nothing can be kept, nothing is', () => {
  const file = join(folder, 'a-file');
  writeFileSync(file, '');
  expect(check({ NODE_COMPILE_CACHE: file })).toContain('no errors');
}, 60_000);
