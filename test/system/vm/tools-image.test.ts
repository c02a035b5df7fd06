import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
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

test('of the single executable they are itself and the init that starts it', async () => {
  const image = await toolsImage(store, null);
  const ask = (request: string): string =>
    execFileSync('debugfs', ['-R', request, image], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  expect(ask('stat /xenwright')).toContain(`Size: ${statSync(process.execPath).size}`);
  expect(ask('cat /init')).toContain('NODE_ENV=production /mnt/xenwright agent');
  expect(ask('ls -p /')).not.toMatch(/\/node\//);
}, 60_000);
