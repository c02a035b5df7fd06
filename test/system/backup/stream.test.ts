/** What is packed comes out as it was, tar can read it too, and what is cut, changed or made up is no backup. */
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { packInto } from '../../../src/system/backup/pack.ts';
import { readTarHead, tarHead } from '../../../src/system/backup/tar-blocks.ts';
import { unpackFrom, type Announced } from '../../../src/system/backup/unpack.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-backup-'));
afterAll(() => rmSync(folder, { recursive: true }));
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

const disk = Buffer.concat([randomBytes(3_000_001), Buffer.alloc(5_000_000), randomBytes(77)]);
const announced: Announced = {
  texts: [{ file: 'domu.cfg', sha256: sha('name = "web1"\n') }],
  disks: [{ file: 'disk-0.img', sizeBytes: disk.length }],
};

async function packed(name: string): Promise<string> {
  const [image, path] = [join(folder, 'disk.img'), join(folder, name)];
  writeFileSync(image, disk);
  await packInto(
    createWriteStream(path),
    {
      texts: [
        ['manifest.json', JSON.stringify(announced)],
        ['domu.cfg', 'name = "web1"\n'],
      ],
      disks: [{ file: 'disk-0.img', path: image, sizeBytes: disk.length }],
      seconds: 1_700_000_000,
      progress: () => undefined,
    },
    new AbortController().signal,
  );
  return path;
}

async function read(path: string): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    await unpackFrom(path, 'manifest.json', {
      announced: (text) => JSON.parse(text) as Announced,
      texts: async () => undefined,
      async disk(_file, all) {
        for await (const chunk of all) chunks.push(Buffer.from(chunk));
      },
    });
  } catch (error) {
    return String(error);
  }
  return Buffer.concat(chunks).equals(disk) ? 'whole' : 'other bytes';
}

/** The same with other bytes in the archive. */
async function changed(change: (tar: Buffer) => Buffer): Promise<string> {
  const path = await packed('changed');
  writeFileSync(path, zstdCompressSync(change(zstdDecompressSync(readFileSync(path)))));
  return await read(path);
}

describe('a backup', () => {
  it('comes out as it went in, and zeros in it take no room', async () => {
    const path = await packed('whole');
    expect(await read(path)).toBe('whole');
    expect(readFileSync(path).length).toBeLessThan(3_100_000);
  });

  it('is an archive that tar unpacks', async () => {
    const path = await packed('by-hand');
    const listed = spawnSync('sh', ['-c', `zstd -dc "$1" | tar -tv`, 'sh', path], { encoding: 'utf8' });
    expect(listed.stdout.split('\n').map((line) => line.split(' ').at(-1))).toEqual([
      'manifest.json',
      'domu.cfg',
      'disk-0.img',
      'sums.json',
      '',
    ]);
    expect(listed.stderr).toBe('');
  });

  it.each([1, 600, 3_000_300])('that was cut %d bytes before its end is none', async (bytes) => {
    const path = await packed('cut');
    const all = readFileSync(path);
    writeFileSync(path, all.subarray(0, all.length - bytes));
    expect(await read(path)).toMatch(/cut|sum/);
  });

  it('is none with another byte on a disk, in a text, in a head, or behind its sums', async () => {
    const at = async (where: (tar: Buffer) => number): Promise<string> =>
      await changed((tar) => {
        const place = where(tar);
        tar[place] = (tar[place] ?? 0) ^ 1;
        return tar;
      });
    expect(await at((tar) => tar.indexOf('disk-0.img\0') + 512 + 4_000_000)).toBe('Error: sum');
    expect(await at((tar) => tar.indexOf('name = "web1"'))).toBe('Error: sum');
    expect(await at((tar) => tar.indexOf('disk-0.img\0') + 130)).toBe('Error: form');
    expect(await at((tar) => tar.length - 1000)).toBe('Error: form');
  });

  it('has no file that it did not announce, no text without end, and no link', async () => {
    const replaced = (name: string, size = 14): Promise<string> =>
      changed((tar) => {
        tarHead(name, size, 0).copy(tar, tar.indexOf('domu.cfg\0'));
        return tar;
      });
    expect(await replaced('../../etc/passwd')).toBe('Error: form');
    expect(await replaced('domu.cfg', 2 ** 21)).toBe('Error: form');
    expect(
      await changed((tar) => {
        const at = tar.indexOf('domu.cfg\0');
        const head = tarHead('domu.cfg', 14, 0);
        head[156] = '2'.charCodeAt(0);
        head.copy(tar, at);
        return tar;
      }),
    ).toBe('Error: form');
  });

  it('is none where it is no zstd', async () => {
    const path = join(folder, 'text');
    writeFileSync(path, 'hello '.repeat(1000));
    expect(await read(path)).toMatch(/not-zstd/);
  });
});

it('heads have sizes of more than 8 GiB', () => {
  for (const size of [0, 511, 8 ** 11 - 1, 8 ** 11, 2 ** 44])
    expect(readTarHead(tarHead('disk-0.img', size, 0))).toEqual({ name: 'disk-0.img', sizeBytes: size });
});
