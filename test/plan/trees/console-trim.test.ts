import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { CONSOLE_TRIM } from '../../../src/plan/trees/scripts/console-trim.ts';

it('keeps the end of a long console and leaves the others alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-consoles-'));
  try {
    const line = 'a guest that writes and writes\n';
    writeFileSync(join(folder, 'guest-loud.log'), `${line.repeat(400_000)}the end\n`);
    writeFileSync(join(folder, 'guest-quiet.log'), 'login: ');
    const before = statSync(join(folder, 'guest-loud.log')).ino;
    const done = spawnSync('sh', ['-c', CONSOLE_TRIM.replace('/var/log/xen/console', folder)], { encoding: 'utf8' });
    expect(done.status, done.stderr).toBe(0);
    const left = readFileSync(join(folder, 'guest-loud.log'), 'utf8');
    expect(left.endsWith(`${line}the end\n`)).toBe(true);
    expect(left.length).toBe(2048 * 1024);
    // The same file: its writer has it open.
    expect(statSync(join(folder, 'guest-loud.log')).ino).toBe(before);
    expect(readFileSync(join(folder, 'guest-quiet.log'), 'utf8')).toBe('login: ');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
