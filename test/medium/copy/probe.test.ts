import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { identifyMedium, probeMedium } from '../../../src/system/medium/probe.ts';
import { verifyMedium } from '../../../src/system/medium/verify.ts';
import { canMakeDiscs, smallDisc, type SmallDisc } from './small-disc.ts';

const RELEASE = 'Codename: trixie\nComponents: main contrib\n';
const LISTS = { 'dists/trixie/Release': RELEASE, 'dists/trixie/main/binary-amd64/Packages': '' };
const sum = (text: string): string => createHash('sha256').update(text).digest('hex');
const disc = (files: Readonly<Record<string, string>>): SmallDisc => {
  const made = smallDisc(files);
  onTestFinished(() => {
    made.clear();
  });
  return made;
};
const trustOf = async (files: Readonly<Record<string, string>>): Promise<unknown> =>
  (await probeMedium(disc(files).iso, true)).archives[0];

describe.skipIf(!canMakeDiscs)('who vouches for the packages of a medium (needs xorriso and isomd5sum)', () => {
  it('is who signed them, or nobody: what a medium says of itself counts for nothing', async () => {
    expect(await trustOf({ ...LISTS, 'dists/trixie/InRelease': 'signed' })).toEqual({
      suite: 'trixie',
      components: ['main'],
      trust: 'signed',
    });
    expect(
      await trustOf({
        ...LISTS,
        'xenwright/manifest.json': JSON.stringify({ files: { 'dists/trixie/Release': sum(RELEASE) } }),
      }),
    ).toMatchObject({ trust: 'self' });
    expect(
      await trustOf({
        ...LISTS,
        'xenwright/manifest.json': JSON.stringify({ files: { 'dists/trixie/Release': sum('another') } }),
      }),
    ).toMatchObject({ trust: 'none' });
    expect(await trustOf(LISTS)).toMatchObject({ trust: 'none' });
  });
  it('is who names the sum of the whole medium, if it is right', async () => {
    const { iso } = disc(LISTS);
    const sha256 = createHash('sha256').update(readFileSync(iso)).digest('hex');
    const seen: number[] = [];
    const medium = await probeMedium(`${iso}#sha256=${sha256.toUpperCase()}`, true, (done, total) => {
      seen.push(done / total);
    });
    expect(medium).toMatchObject({ source: iso, path: iso, sha256, archives: [{ trust: 'named' }] });
    expect(seen.at(-1)).toBe(1);
    // A file may be longer than its image, and sums are made of files.
    appendFileSync(iso, Buffer.alloc(2048));
    const whole = createHash('sha256').update(readFileSync(iso)).digest('hex');
    expect(await probeMedium(`${iso}#sha256=${whole}`, true)).toMatchObject({ sha256, archives: [{ trust: 'named' }] });
    await expect(probeMedium(`${iso}#sha256=${'0'.repeat(64)}`, true)).rejects.toMatchObject({
      code: 'medium-sum-differs',
      exit: 6,
      message: expect.stringContaining(sha256),
    });
  });
  it('is the manifest of the medium that this machine was started from, for that very one, wherever it lies', async () => {
    const manifest = JSON.stringify({ files: { 'dists/trixie/Release': sum(RELEASE) } });
    const bootMedium = mkdtempSync(join(tmpdir(), 'xw-booted-'));
    const look = async (files: Readonly<Record<string, string>>): Promise<unknown> =>
      await probeMedium(disc(files).iso, true, undefined, bootMedium);
    const ours = { ...LISTS, 'xenwright/manifest.json': manifest };
    expect(await look(ours)).toMatchObject({ archives: [{ trust: 'self' }] });
    mkdirSync(join(bootMedium, 'xenwright'));
    writeFileSync(join(bootMedium, 'xenwright/manifest.json'), manifest);
    expect(await look(ours)).toMatchObject({ booted: true, archives: [{ trust: 'manifest' }] });
    // Another disc with our label: with a manifest for lists of its own, or with ours for other lists.
    const other = `${RELEASE}Origin: elsewhere\n`;
    const foreign = await look({
      ...LISTS,
      'dists/trixie/Release': other,
      'xenwright/manifest.json': JSON.stringify({ files: { 'dists/trixie/Release': sum(other) } }),
    });
    expect(foreign).toMatchObject({ archives: [{ trust: 'self' }] });
    expect(foreign).not.toHaveProperty('booted');
    expect(await look({ ...ours, 'dists/trixie/Release': other })).toMatchObject({ archives: [{ trust: 'none' }] });
    expect(await look(LISTS)).not.toHaveProperty('booted');
  });
  it('can be told from another by its content alone', async () => {
    const { iso } = disc(LISTS);
    expect(await identifyMedium(iso)).toBe((await probeMedium(iso, true)).id);
    expect(await identifyMedium(new URL(import.meta.url).pathname)).toBeNull();
    expect(await identifyMedium('/nowhere.iso')).toBeNull();
  });
  it('changes the name of its content', async () => {
    const ids = await Promise.all(
      [LISTS, { ...LISTS, 'dists/trixie/Release': `${RELEASE}Date: today\n` }].map(
        async (files) => (await probeMedium(disc(files).iso, true)).id,
      ),
    );
    expect(ids[0]).toMatch(/^[0-9a-f]{16}$/);
    expect(ids[0]).not.toBe(ids[1]);
  });
  it('is checked file by file, by the strongest sum that the disc has', async () => {
    const { iso } = disc({
      ...LISTS,
      'a.txt': 'a',
      'b.txt': 'b',
      'xenwright/manifest.json': JSON.stringify({
        files: { 'a.txt': sum('a'), 'b.txt': sum('not b'), 'gone.txt': sum('x') },
      }),
    });
    const { wrong, lists } = await verifyMedium(iso, {
      signal: new AbortController().signal,
      withImplanted: false,
      progress: () => undefined,
    });
    expect(wrong).toEqual([
      { path: 'b.txt', why: { key: 'cli.mediumVerify.differs', values: { list: 'xenwright/manifest.json' } } },
      { path: 'gone.txt', why: { key: 'cli.mediumVerify.missing', values: { list: 'xenwright/manifest.json' } } },
    ]);
    expect(lists).toContain('md5sum.txt');
  });
  it('of what is no disc is nobody', async () => {
    await expect(probeMedium(new URL(import.meta.url).pathname, true)).rejects.toMatchObject({
      code: 'not-a-medium',
      exit: 6,
    });
  });
});
