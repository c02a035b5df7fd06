import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { asset } from '../../assets.ts';

it('keeps the end of a long console and leaves the others alone', () => {
  const root = mkdtempSync(join(tmpdir(), 'xw-consoles-'));
  const folder = join(root, 'var/log/xen/console');
  mkdirSync(folder, { recursive: true });
  try {
    const line = 'a guest that writes and writes\n';
    writeFileSync(join(folder, 'guest-loud.log'), `${line.repeat(400_000)}the end\n`);
    writeFileSync(join(folder, 'guest-quiet.log'), 'login: ');
    const before = statSync(join(folder, 'guest-loud.log')).ino;
    const done = spawnSync(asset('host/console-trim.sh'), {
      env: { ...process.env, XENWRIGHT_ROOT: root },
      encoding: 'utf8',
    });
    expect(done.status, done.stderr).toBe(0);
    const left = readFileSync(join(folder, 'guest-loud.log'), 'utf8');
    expect(left.endsWith(`${line}the end\n`)).toBe(true);
    expect(left.length).toBe(2048 * 1024);
    // The same file: its writer has it open.
    expect(statSync(join(folder, 'guest-loud.log')).ino).toBe(before);
    expect(readFileSync(join(folder, 'guest-quiet.log'), 'utf8')).toBe('login: ');
  } finally {
    rmSync(root, { recursive: true });
  }
});
