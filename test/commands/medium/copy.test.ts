import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { mediumCopy } from '../../../src/commands/medium/copy/run.ts';
import { copyMedium } from '../../../src/system/medium/copy.ts';
import { openTarget } from '../../../src/system/medium/io.ts';
import { isRoot } from '../../actions/workbench.ts';

const quiet = {
  readText: async (path: string) => readFileSync(path, 'utf8'),
  out: () => undefined,
  err: () => undefined,
  interactive: false,
};
const folderOf = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-same-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
};

describe('medium copy', () => {
  const CONTENT = 'all that there is';
  const refused = { code: 'same-storage', exit: 2 };
  it.each([
    'itself',
    'a symbolic link',
    'a hard link',
    'a link that leads back',
    'the map beside the target',
    'the given map',
    'a map that is the target',
  ])('does not destroy its source: %s', async (how) => {
    const folder = folderOf();
    const [source, other] = [join(folder, 'x.iso'), join(folder, 'y.iso')];
    writeFileSync(source, CONTENT);
    if (how === 'a symbolic link') symlinkSync(source, other);
    if (how === 'a hard link') linkSync(source, other);
    if (how === 'a link that leads back') {
      mkdirSync(join(folder, 'in'));
      symlinkSync('in/../x.iso', other);
    }
    if (how === 'the map beside the target') symlinkSync('x.iso', `${other}.map`);
    const options =
      how === 'the given map' ? { map: source } : how === 'a map that is the target' ? { map: other } : {};
    await expect(mediumCopy(source, how === 'itself' ? source : other, options, quiet)).rejects.toMatchObject(refused);
    expect(readFileSync(source, 'utf8')).toBe(CONTENT);
  });
  it('nor a file that this machine itself serves', async () => {
    const source = join(folderOf(), 'x.iso');
    writeFileSync(source, CONTENT);
    const server = createServer((request, response) => {
      response
        .writeHead(200, {
          'content-length': statSync(source).size,
          'last-modified': statSync(source).mtime.toUTCString(),
        })
        .end(request.method === 'HEAD' ? undefined : readFileSync(source));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    onTestFinished(() => {
      server.close();
      server.closeAllConnections();
    });
    await expect(
      mediumCopy(`http://127.0.0.1:${(server.address() as AddressInfo).port}/x.iso`, source, {}, quiet),
    ).rejects.toMatchObject(refused);
    expect(readFileSync(source, 'utf8')).toBe(CONTENT);
  });
  it.skipIf(!isRoot)('nor through a loop device, real ones; and a device in use is not opened', async ({ skip }) => {
    const folder = folderOf();
    const source = join(folder, 'x.img');
    writeFileSync(source, Buffer.alloc(4 * 2 ** 20, 7));
    let device = '';
    try {
      device = execFileSync('losetup', ['--find', '--show', source], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    } catch {
      return skip('no loop devices here');
    }
    onTestFinished(() => {
      execFileSync('losetup', ['--detach', device]);
    });
    const copy = async (from: string, to: string): Promise<unknown> =>
      await copyMedium({
        source: from,
        target: to,
        map: null,
        signal: new AbortController().signal,
        output: () => undefined,
        progress: () => undefined,
      });
    await expect(copy(source, device)).rejects.toMatchObject(refused);
    await expect(copy(device, source)).rejects.toMatchObject(refused);
    expect(readFileSync(source).every((byte) => byte === 7)).toBe(true);
    execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', device], { stdio: 'ignore' });
    const point = join(folder, 'mnt');
    mkdirSync(point);
    execFileSync('mount', [device, point]);
    try {
      await expect(openTarget(device, 4096, true)).rejects.toMatchObject({ code: 'target-in-use', exit: 4 });
      await expect(copy(device, join(point, 'copy.img'))).rejects.toMatchObject({
        ...refused,
        message: expect.stringContaining('lies on'),
      });
      const inside = join(point, 'x.iso');
      writeFileSync(inside, CONTENT);
      await expect(copy(inside, device)).rejects.toMatchObject(refused);
      await expect(copy(inside, source)).rejects.toMatchObject(refused);
    } finally {
      execFileSync('umount', [point]);
    }
    await (await openTarget(device, 4096, true)).close();
  });
});
