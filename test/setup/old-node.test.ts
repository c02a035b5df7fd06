/** The bundle by a Node.js that is too old for it: one line and an exit code, not a stack trace. */
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const bundle = join(tmpdir(), `xw-old-node-${process.pid}.mjs`);
beforeAll(async () => {
  const { buildBundle } = (await import(new URL('../../src/setup/bundle.mjs', import.meta.url).href)) as {
    buildBundle(outfile: string): Promise<void>;
  };
  await buildBundle(bundle);
}, 60_000);
afterAll(() => {
  for (const path of [bundle, bundle.replace(/mjs$/, 'pieces')]) rmSync(path, { recursive: true, force: true });
});

const start = (node: string, ...words: string[]): { status: number | null; stdout: string; stderr: string } =>
  spawnSync(node, [...words, bundle, 'schema'], { encoding: 'utf8', env: { PATH: process.env['PATH'] } });
const saying = (version: string): string[] => [
  '--import',
  `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '${version}' })`,
];
const refusal = (version: string): string =>
  `xenwright: Node.js 22.15 or newer is needed, and this is ${version}. From the sources, npm start brings its own.\n`;

test.each(['20.20.2', '22.14.0'])('Node.js %s is refused in one line', (version) => {
  expect(start(process.execPath, ...saying(version))).toMatchObject({
    status: 4,
    stdout: '',
    stderr: refusal(version),
  });
});

test.each(['22.15.0', '24.0.0'])('Node.js %s is not', (version) => {
  expect(start(process.execPath, ...saying(version))).toMatchObject({ status: 0, stderr: '' });
});

/**
 * The system's own, where there is one and it is old: what the bundle imports must be there for it to come to that
 * line.
 */
const [system, version] = (['/usr/bin/node', '/usr/local/bin/node']
  .map((path) => [path, spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout?.trim() ?? ''])
  .find(([, found]) => /^(1[89]|2[01])\./.test(found ?? '')) ?? []) as [string?, string?];
test.skipIf(system === undefined)('a real Node.js 18 to 21 comes as far as that line (needs one in /usr)', () => {
  expect(start(system ?? '')).toMatchObject({ status: 4, stderr: refusal(version ?? '') });
});
