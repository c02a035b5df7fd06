import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { toolsImage } from '../../../src/system/vm/tools-image.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-tools-'));
const bundle = join(folder, 'xenwright.mjs');
const store = join(folder, 'store');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the tools are Node.js, the program and the init; made once, again when the program changes, and old ones go', async () => {
  writeFileSync(bundle, 'console.log(1);\n');
  const first = await toolsImage(store, bundle);
  const read = (file: string): string =>
    execFileSync('debugfs', ['-R', `cat /${file}`, first], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(read('xenwright.mjs')).toBe('console.log(1);\n');
  expect(read('init')).toContain('xenwright.mjs agent');
  expect(
    execFileSync('debugfs', ['-R', 'stat /node', first], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
  ).toContain(`Size: ${statSync(process.execPath).size}`);
  const { ino } = statSync(first);
  expect(await toolsImage(store, bundle)).toBe(first);
  expect(statSync(first).ino).toBe(ino);

  // Two days ago: nobody can be using it any more.
  const longAgo = new Date(Date.now() - 48 * 3600_000);
  utimesSync(first, longAgo, longAgo);
  writeFileSync(bundle, 'console.log(2);\n');
  const second = await toolsImage(store, bundle);
  expect(second).not.toBe(first);
  expect(existsSync(first)).toBe(false);
  expect(readdirSync(store)).toEqual([second.slice(store.length + 1)]);
}, 60_000);

test('pieces of the program lie beside it, whatever it was called where it was built', async () => {
  const program = join(folder, 'built-7.mjs');
  const pieces = join(folder, 'built-7.pieces');
  for (const hash of ['0123456789abcdef', 'fedcba9876543210']) {
    mkdirSync(join(pieces, hash), { recursive: true });
    writeFileSync(join(pieces, hash, 'main.mjs'), `console.log('${hash}');\n`);
  }
  writeFileSync(program, 'load("./built-7.pieces/0123456789abcdef");\n');
  const image = await toolsImage(join(folder, 'pieces-store'), program);
  const ask = (request: string): string =>
    execFileSync('debugfs', ['-R', request, image], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(ask('cat /xenwright.mjs')).toBe(readFileSync(program, 'utf8'));
  expect(ask('cat /built-7.pieces/0123456789abcdef/main.mjs')).toBe("console.log('0123456789abcdef');\n");
  // Of another build.
  expect(ask('ls -p /built-7.pieces')).not.toContain('fedcba9876543210');
}, 60_000);

test('of the single executable they are itself and the init that starts it', async () => {
  const image = await toolsImage(store, null);
  const ask = (request: string): string =>
    execFileSync('debugfs', ['-R', request, image], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(ask('stat /xenwright')).toContain(`Size: ${statSync(process.execPath).size}`);
  expect(ask('cat /init')).toContain('NODE_ENV=production /mnt/xenwright agent');
  expect(ask('ls -p /')).not.toMatch(/\/node\//);
}, 60_000);
