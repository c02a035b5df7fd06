/**
 * Media that are cut off, or made to keep whoever looks at them for ever: an end, in words, and the exit code of a
 * source.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { inEnglish } from '../../../src/i18n/english.ts';
import { readAtOf } from '../../../src/medium/copy/byte-source.ts';
import { listFiles, readVolume } from '../../../src/medium/copy/iso9660.ts';
import { openSource } from '../../../src/system/medium/io.ts';
import { probeMedium } from '../../../src/system/medium/probe.ts';
import { gunzipped, unpacked } from '../../../src/system/medium/unpack.ts';
import { verifyMedium, type Verdict } from '../../../src/system/medium/verify.ts';
import { canMakeDiscs, smallDisc } from './small-disc.ts';

const never = new AbortController().signal;
const MIB = 1024 * 1024;
/** 320 MiB, in as many members as that needs: as small as 8 GiB would be. */
const BOMB = Buffer.concat(Array.from({ length: 20 }, () => gzipSync(Buffer.alloc(16 * MIB))));
const folder = mkdtempSync(join(tmpdir(), 'xw-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

function disc(
  files: Readonly<Record<string, string | Buffer>>,
  change: (iso: Buffer) => Buffer = (iso) => iso,
): string {
  const made = smallDisc({ 'dists/trixie/Release': 'Components: main\n', 'pool/a/one.txt': 'one', ...files });
  const path = join(folder, `${Math.random()}.iso`);
  writeFileSync(path, change(readFileSync(made.iso)));
  made.clear();
  return path;
}
const verify = async (path: string, signal = never): Promise<Verdict> =>
  await verifyMedium(path, { signal, withImplanted: false, progress: () => undefined });
const rootOf = (iso: Buffer): number => iso.readUInt32LE(16 * 2048 + 156 + 2) * 2048;
/** The record of a folder of the root, by its name in ISO 9660. */
function recordOf(iso: Buffer, name: string): Buffer {
  const at = iso.indexOf(name, rootOf(iso), 'latin1');
  return iso.subarray(at - 33, at - 33 + (iso[at - 33] ?? 0));
}

describe.skipIf(!canMakeDiscs)('a hostile medium (needs xorriso and isomd5sum)', () => {
  const damaged = { code: 'medium-damaged', exit: 6, hint: expect.stringContaining('SHA-256') };
  it('that is cut off before its folders is damaged', async () => {
    const cut = disc({}, (iso) => iso.subarray(0, rootOf(iso) + 100));
    await expect(verify(cut)).rejects.toMatchObject(damaged);
    await expect(probeMedium(cut, true)).rejects.toMatchObject(damaged);
  });
  it('that is cut off before its volume descriptor is no medium', async () => {
    const cut = disc({}, (iso) => iso.subarray(0, 33_000));
    await expect(verify(cut)).rejects.toMatchObject({ code: 'not-a-medium', exit: 6 });
  });
  it('that is cut off at its lists is damaged, wherever that is', async () => {
    const whole = readFileSync(disc({ 'dists/trixie/main/binary-amd64/Packages': 'x'.repeat(50_000) }));
    for (let size = 36_000; size < whole.length; size += 20_000) {
      const cut = join(folder, 'cut.iso');
      writeFileSync(cut, whole.subarray(0, size));
      const looked = await probeMedium(cut, true).catch((error: unknown) => error);
      if (looked instanceof Error) expect(looked).toMatchObject({ exit: 6 });
      const verdict = await verify(cut).catch((error: unknown) => error);
      if (verdict instanceof Error) expect(verdict).toMatchObject({ exit: 6 });
    }
  });
  it('whose folder contains itself is damaged', async () => {
    const loop = disc({}, (iso) => {
      const record = recordOf(iso, 'POOL');
      record.writeUInt32LE(rootOf(iso) / 2048, 2);
      record.writeUInt32LE(2048, 10);
      return iso;
    });
    await expect(verify(loop)).rejects.toMatchObject({
      ...damaged,
      message: expect.stringContaining('contains itself'),
    });
    await expect(probeMedium(loop, true)).rejects.toMatchObject(damaged);
  });
  it('whose folder is as large as a medium is damaged, and its memory is not asked for', async () => {
    const large = disc({}, (iso) => {
      recordOf(iso, 'POOL').writeUInt32LE(0xff_ff_ff_ff, 10);
      return iso;
    });
    await expect(verify(large)).rejects.toMatchObject(damaged);
  });
  it('whose lists claim to be as large as a medium says so of them', async () => {
    const large = disc({ 'md5sum.txt': 'x' }, (iso) => {
      recordOf(iso, 'MD5SUM.TXT').writeUInt32LE(0xff_ff_ff_00, 10);
      return iso;
    });
    const { wrong } = await verify(large);
    expect(wrong.map(({ path, why }) => [path, inEnglish(why)])).toEqual([
      ['md5sum.txt', expect.stringContaining('larger than such a file can be')],
    ]);
  });
  it('whose lists unpack without end says so of them, packed in either way', async () => {
    const xz = execFileSync('xz', ['-0', '--stdout'], { input: Buffer.alloc(300 * MIB), maxBuffer: 10 * MIB });
    const bomb = disc({
      'dists/a/main/binary-amd64/Packages.gz': BOMB,
      'dists/b/main/binary-amd64/Packages.xz': xz,
      'dists/c/main/binary-amd64/Packages.xz': xz.subarray(0, 1000),
    });
    const { wrong } = await verify(bomb);
    expect(wrong.map(({ why }) => inEnglish(why))).toEqual([
      'unreadable: it unpacks to more than 256 MiB',
      'unreadable: it unpacks to more than 256 MiB',
      expect.stringMatching(/^unreadable: .*end/i),
    ]);
  });
  it('whose names lead out of their folder is taken without them', async () => {
    const path = disc({ 'pool/a/evilXX..XXname': 'x' }, (iso) => {
      for (let at = iso.indexOf('evilXX..XXname'); at !== -1; at = iso.indexOf('evilXX..XXname', at + 1))
        iso.write('../../../../et', at, 'latin1');
      return iso;
    });
    const source = await openSource(path, never);
    const readAt = readAtOf(source);
    const volume = await readVolume(readAt);
    const names = (await listFiles(readAt, volume as NonNullable<typeof volume>)).map((file) => file.path);
    await source.close();
    expect(names).toContain('pool/a/one.txt');
    expect(names.filter((name) => name.includes('..'))).toEqual([]);
  });
  it('whose manifest is none vouches for nothing', async () => {
    for (const manifest of ['null', '{', '[]', '{"files":[{"path":1}]}', '{"files":null}', '7', '\u0000'])
      expect(
        await probeMedium(
          disc({ 'dists/trixie/main/binary-amd64/Packages': '', 'xenwright/manifest.json': manifest }),
          true,
        ),
      ).toMatchObject({ archives: [{ trust: 'none' }] });
  });
  it('is let go of at a signal', async () => {
    const stop = new AbortController();
    stop.abort();
    await expect(verify(disc({}), stop.signal)).rejects.toMatchObject({ code: 'interrupted', exit: 130 });
  });
});

it('what unpacks without end is given up, nested or not, and what is within the limit is not', async () => {
  await expect(gunzipped(BOMB, MIB)).rejects.toThrow('more than 1 MiB');
  const zstd = zstdCompressSync(Buffer.alloc(20 * MIB));
  await expect(unpacked('Packages.zst', zstd, { limitBytes: MIB })).rejects.toThrow('more than 1 MiB');
  expect((await unpacked('Packages.zst', zstd)).length).toBe(20 * MIB);
  // Packed twice: what comes out is no list, and is not unpacked any further.
  expect((await unpacked('Packages.gz', gzipSync(BOMB))).length).toBe(BOMB.length);
});
