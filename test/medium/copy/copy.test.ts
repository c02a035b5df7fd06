import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { noticeText } from '../../../src/i18n/notices.ts';
import { affectedFiles } from '../../../src/medium/copy/affected.ts';
import { readAtOf, type ByteSource, type ByteTarget } from '../../../src/medium/copy/byte-source.ts';
import { copyImage } from '../../../src/medium/copy/copier.ts';
import { CopyMap, parseMap } from '../../../src/medium/copy/damage.ts';
import { listFiles, readFile, readVolume } from '../../../src/medium/copy/iso9660.ts';
import { copyMedium, identityOf, type CopyRequest } from '../../../src/system/medium/copy.ts';
import { openSource } from '../../../src/system/medium/io.ts';
import { verifyMedium } from '../../../src/system/medium/verify.ts';
import { sharedSlots, startChecksums } from '../../../src/system/medium/checksum-worker.ts';
import { canMakeDiscs, smallDisc } from './small-disc.ts';

const LONG = `pool/main/l/${'long-name-'.repeat(18)}end_1.0-1_amd64.deb`;
const never = new AbortController().signal;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const request = (source: string, target: string, changes: Partial<CopyRequest> = {}): CopyRequest => ({
  source,
  target,
  map: `${target}.map`,
  signal: never,
  output: () => undefined,
  progress: () => undefined,
  ...changes,
});

/** A drive that cannot read these sectors. */
function scratched(image: Buffer, bad: readonly number[], tries: { count: number } = { count: 0 }): ByteSource {
  return {
    read: async (into, offset) => {
      if (bad.some((sector) => sector * 2048 < offset + into.length && (sector + 1) * 2048 > offset)) {
        tries.count += 1;
        throw Object.assign(new Error('i/o error, read'), { code: 'EIO' });
      }
      into.set(image.subarray(offset, offset + into.length));
    },
  };
}
function memory(sizeBytes: number): ByteTarget & { readonly bytes: Buffer } {
  const bytes = Buffer.alloc(sizeBytes, 0xff);
  return {
    bytes,
    read: async (into, offset) => {
      into.set(bytes.subarray(offset, offset + into.length));
    },
    write: async (from, offset) => {
      bytes.set(from, offset);
    },
    flush: async () => undefined,
  };
}

describe.skipIf(!canMakeDiscs)('a disc on the disk (needs xorriso and isomd5sum)', () => {
  const disc = smallDisc(
    {
      'README.txt': 'hello\n',
      'pool/main/b/bash/bash_5.2-1_amd64.deb': randomBytes(300_000),
      'pool/main/z/zsh/zsh_5.9-1_amd64.deb': randomBytes(200_000),
      [LONG]: 'deb',
      '.disk/info': 'small',
    },
    { implant: true },
  );
  const image = readFileSync(disc.iso);
  const to = (name: string): string => join(disc.folder, name);
  afterAll(() => {
    disc.clear();
  });

  it('is read by its long names, each file with its own bytes', async () => {
    const source = await openSource(disc.iso, never);
    const volume = await readVolume(readAtOf(source));
    expect(volume).toMatchObject({ label: 'SMALL', sizeBytes: image.length });
    const files = (await listFiles(readAtOf(source), volume as NonNullable<typeof volume>)).filter(
      ({ isFolder }) => !isFolder,
    );
    expect(files.map(({ path }) => path).toSorted()).toEqual(Object.keys(disc.files).toSorted());
    for (const file of files)
      expect((await readFile(readAtOf(source), file)).equals(disc.files[file.path] as Buffer)).toBe(true);
    await source.close();
  });

  it('is copied as exactly its own bytes, whatever lies behind them', async () => {
    writeFileSync(to('longer.iso'), image);
    appendFileSync(to('longer.iso'), randomBytes(5000));
    const result = await copyMedium(request(to('longer.iso'), to('copy.iso')));
    expect(result).toMatchObject({
      sizeBytes: image.length,
      sha256: sha256(image),
      implanted: 'good',
      bad: [],
      affected: [],
    });
    expect(readFileSync(to('copy.iso')).equals(image)).toBe(true);
    expect(existsSync(to('copy.iso.map'))).toBe(false);
  });

  it('that was cut off is refused before anything is written', async () => {
    writeFileSync(to('cut.iso'), image);
    truncateSync(to('cut.iso'), image.length - 4096);
    await expect(copyMedium(request(to('cut.iso'), to('of-cut.iso')))).rejects.toMatchObject({
      code: 'medium-cut',
      exit: 6,
    });
    expect(existsSync(to('of-cut.iso'))).toBe(false);
  });

  it('that was altered is noticed by its implanted sum and by the sums of its files', async () => {
    const altered = Buffer.from(image);
    const at = altered.indexOf(disc.files['pool/main/z/zsh/zsh_5.9-1_amd64.deb'] as Buffer);
    altered[at + 7] = (altered[at + 7] ?? 0) ^ 1;
    writeFileSync(to('altered.iso'), altered);
    expect((await copyMedium(request(to('altered.iso'), to('of-altered.iso')))).implanted).toBe('differs');
    const verdict = await verifyMedium(to('altered.iso'), {
      signal: never,
      withImplanted: true,
      progress: () => undefined,
    });
    expect(verdict).toMatchObject({
      implanted: 'differs',
      wrong: [
        {
          path: 'pool/main/z/zsh/zsh_5.9-1_amd64.deb',
          why: { key: 'cli.mediumVerify.differs', values: { list: 'md5sum.txt' } },
        },
      ],
    });
    expect(
      await verifyMedium(disc.iso, { signal: never, withImplanted: true, progress: () => undefined }),
    ).toMatchObject({ implanted: 'good', wrong: [], lists: ['md5sum.txt'], checked: 5 });
  });

  it('goes on after a stop, reading nothing twice', async () => {
    const half = Math.floor(image.length / 4096) * 2048;
    writeFileSync(to('half.iso'), Buffer.concat([image.subarray(0, half), Buffer.alloc(image.length - half)]));
    const map = new CopyMap(image.length, [{ from: 0, to: half, state: 'done' }]);
    const { uuid } = (await readVolume(async (offset, length) => image.subarray(offset, offset + length))) as {
      uuid: string;
    };
    const binding = {
      image: `"SMALL" of ${uuid}, ${image.length} bytes`,
      target: await identityOf(to('half.iso')),
      prints: new Map<number, string>(),
    };
    writeFileSync(to('half.iso.map'), map.text(binding));
    const said: string[] = [];
    expect(
      await copyMedium(
        request(disc.iso, to('half.iso'), { output: (key, values) => said.push(noticeText(key, values)) }),
      ),
    ).toMatchObject({ sha256: sha256(image), implanted: 'good' });
    expect(said).toEqual([`going on: ${half} of ${image.length} bytes already copied`]);
    expect(readFileSync(to('half.iso')).equals(image)).toBe(true);
  });

  it('comes over HTTP, also from a server that breaks off in the middle', async () => {
    let broken = 0;
    const server = createServer((asked, answer) => {
      const from = Number(/bytes=(\d+)-/.exec(asked.headers.range ?? '')?.[1] ?? 0);
      answer.writeHead(from > 0 || asked.headers.range !== undefined ? 206 : 200, {
        'content-length': image.length - from,
      });
      if (asked.method === 'HEAD') return void answer.end();
      if (broken++ > 0) return void answer.end(image.subarray(from));
      answer.write(image.subarray(from, from + 100_000), () => answer.destroy());
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    try {
      expect(
        await copyMedium(
          request(`http://127.0.0.1:${(server.address() as AddressInfo).port}/disc.iso`, to('fetched.iso')),
        ),
      ).toMatchObject({ sha256: sha256(image), implanted: 'good' });
    } finally {
      server.close();
    }
    expect(broken).toBeGreaterThan(1);
  });

  it('with scratches is copied but for these sectors, and says which packages lie there', async () => {
    const volume = (await readVolume(async (offset, length) => image.subarray(offset, offset + length))) as NonNullable<
      Awaited<ReturnType<typeof readVolume>>
    >;
    const zsh = Math.floor(image.indexOf(disc.files['pool/main/z/zsh/zsh_5.9-1_amd64.deb'] as Buffer) / 2048);
    const [target, slots, tries] = [memory(image.length), sharedSlots(3, 262_144), { count: 0 }];
    const map = new CopyMap(image.length);
    const said: [number, number][] = [];
    const checksums = startChecksums(slots, null);
    await copyImage({
      source: scratched(image, [zsh + 3, zsh + 4, zsh + 9], tries),
      target,
      sizeBytes: image.length,
      slots,
      checksums,
      map,
      prints: new Map(),
      signal: never,
      progress: () => undefined,
      unreadable: (from, until) => said.push([from / 2048, until / 2048]),
      keep: async () => undefined,
    });
    await checksums.end();
    expect(said).toEqual([
      [zsh + 3, zsh + 5],
      [zsh + 9, zsh + 10],
    ]);
    const wanted = Buffer.from(image);
    for (const { from, to: until } of map.ranges('bad')) wanted.fill(0, from, until);
    expect(target.bytes.equals(wanted)).toBe(true);
    expect(tries.count).toBeGreaterThanOrEqual(9);
    const files = await listFiles(async (offset, length) => target.bytes.subarray(offset, offset + length), volume);
    expect(affectedFiles(files, map.ranges('bad'))).toEqual([
      { path: 'pool/main/z/zsh/zsh_5.9-1_amd64.deb', isFolder: false, package: 'zsh' },
    ]);
  });
});

describe('the map of a copy', () => {
  it('keeps every byte in one state, and is read back as it was written', () => {
    const map = new CopyMap(10_000);
    map.mark(0, 4096, 'done');
    map.mark(2048, 4096, 'bad');
    map.mark(4096, 6144, 'bad');
    expect(map.ranges()).toEqual([
      { from: 0, to: 2048, state: 'done' },
      { from: 2048, to: 6144, state: 'bad' },
      { from: 6144, to: 10_000, state: 'open' },
    ]);
    const binding = {
      image: 'a disc',
      target: 'file 1:2',
      prints: new Map([
        [0, 'abcdef01'],
        [4096, '12'],
      ]),
    };
    expect(parseMap(map.text(binding))).toEqual({ ...binding, ranges: map.ranges() });
    expect([map.isDone(0, 2048), map.isDone(0, 2049), map.bytes('bad')]).toEqual([true, false, 4096]);
    expect(parseMap('anything')).toBeNull();
  });
});
