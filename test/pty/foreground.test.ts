/** A program that had the terminal to itself, as `domu console` gives it to xl: all of it comes back. */
import { join } from 'node:path';
import { spawn } from '@lydell/node-pty';
import { expect, test } from 'vitest';

const FILE = join(import.meta.dirname, '../../src/system/terminal/foreground.ts');

/** What is on the screen in the end: the settings of the line before and after, and the exit code. */
async function afterwards(script: string): Promise<string> {
  const program = `
    import { spawnSync } from 'node:child_process';
    const { runInForeground } = await import(${JSON.stringify(FILE)});
    const line = () => spawnSync('stty', ['-g'], { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' }).stdout;
    const before = line();
    console.log('first line');
    const code = await runInForeground(['sh', '-c', ${JSON.stringify(script)}]);
    console.log(before === line() ? 'the same' : 'another', String(code));
  `;
  const terminal = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cols: 80,
    rows: 24,
    name: 'xterm',
  });
  let text = '';
  terminal.onData((part) => {
    text += part;
  });
  await new Promise((resolve) => {
    terminal.onExit(resolve);
  });
  return text;
}

test.each([
  ['that ends by itself', String.raw`stty raw -echo; printf "\033[?1049h\033[?25l\033[5;10r"; exit 3`, 'the same 3'],
  ['that is killed', 'stty raw -echo; kill -9 $$', 'the same null'],
])('after a program %s the line is as it was', async (_how, script, end) => {
  const text = await afterwards(script);
  expect(text).toContain(end);
  expect(text.lastIndexOf('\u001b[?1049l')).toBeGreaterThan(text.lastIndexOf('\u001b[?1049h'));
  expect(text.lastIndexOf('\u001b[?25h')).toBeGreaterThan(text.lastIndexOf('\u001b[?25l'));
});
