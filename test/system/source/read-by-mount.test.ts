/** A text off a filesystem that somebody brings: its own ordinary files, and nothing of this machine. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { readByMount } from '../../../src/system/source/read-by-mount.ts';

const canMount = ((): boolean => {
  try {
    execFileSync('unshare', ['--mount', 'mount', '--bind', '/tmp', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();
let brought = '';
const read = async (file: string): Promise<string> =>
  await readByMount({ type: 'none', options: 'bind', what: brought, file, limitMs: 20_000 });

describe.skipIf(!canMount)('what is mounted to be read', () => {
  beforeEach(() => {
    brought = mkdtempSync(join(tmpdir(), 'xw-brought-'));
    mkdirSync(join(brought, 'folder'));
    writeFileSync(join(brought, 'folder/p.yaml'), 'version: 1\n');
    writeFileSync(join(brought, '..', 'outside'), 'of this machine\n');
  });

  it('gives its files, also by its own links', async () => {
    expect(await read('/folder/p.yaml')).toBe('version: 1\n');
    symlinkSync('folder/p.yaml', join(brought, 'link.yaml'));
    expect(await read('link.yaml')).toBe('version: 1\n');
    await expect(read('none.yaml')).rejects.toMatchObject({ code: 'source-unreachable', isAbsent: true });
  });

  it.each([
    ['ln -s /etc/passwd', 'a link to a file of this machine'],
    ['ln -s ../outside', 'a link out of it'],
    ['mkfifo', 'a pipe'],
    ['mkdir', 'a folder'],
  ])('by %s does not give %s, and waits for nothing', async (plant) => {
    execFileSync('sh', ['-c', `${plant} "$1"`, 'sh', join(brought, 'p.yaml')]);
    await expect(read('p.yaml')).rejects.toMatchObject({
      exit: 6,
      message: expect.stringMatching(/not an? (ordinary )?file|no such file/),
    });
  });
});
