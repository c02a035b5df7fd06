import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const start = () =>
  spawn(process.execPath, [join(import.meta.dirname, 'output-run.ts')], { stdio: ['ignore', 'pipe', 'pipe'] });

test('a reader that stands still does not hold up the run, nor its end', async () => {
  const child = start();
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  // Nobody reads child.stdout.
  const code = await new Promise((resolve) => {
    child.on('exit', resolve);
  });
  expect(code).toBe(0);
  expect(said).toBe('engine through\nclosed\n');
}, 20_000);

test('a reader that is gone does not either', async () => {
  const child = start();
  child.stdout.destroy();
  expect(
    await new Promise((resolve) => {
      child.on('exit', resolve);
    }),
  ).toBe(0);
}, 20_000);

test('a reader that reads gets everything in order', async () => {
  const child = start();
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  await new Promise((resolve) => {
    child.on('close', resolve);
  });
  expect(
    text
      .split('\n')
      .slice(0, -1)
      .map((line) => Number(line)),
  ).toEqual(Array.from({ length: 2048 }, (_, index) => index));
}, 20_000);
