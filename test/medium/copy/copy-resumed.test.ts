/** A copy that goes on: onto its own target only, and only where that still has what was written there. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noticeText } from '../../../src/i18n/notices.ts';
import { copyMedium } from '../../../src/system/medium/copy.ts';

const SLOT = 4 * 1024 * 1024;
const image = randomBytes(16 * SLOT + 4096);
let folder = '';
const at = (name: string): string => join(folder, name);
const said: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'xw-resumed-'));
  writeFileSync(at('source.img'), image);
  said.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true }));

/** `stopAfter`: of these bytes. */
async function copy(stopAfter = Number.POSITIVE_INFINITY): Promise<void> {
  const stop = new AbortController();
  await copyMedium({
    source: at('source.img'),
    target: at('copy.img'),
    map: at('copy.img.map'),
    signal: stop.signal,
    output: (key, values) => said.push(noticeText(key, values)),
    progress: (done) => {
      if (done >= stopAfter) stop.abort();
    },
  });
}
async function stopped(): Promise<Buffer> {
  await expect(copy(8 * SLOT)).rejects.toMatchObject({ exit: 130 });
  expect(existsSync(at('copy.img.map'))).toBe(true);
  return readFileSync(at('copy.img'));
}
const isWhole = (): boolean => readFileSync(at('copy.img')).equals(image) && !existsSync(at('copy.img.map'));
const wentOn = (): boolean => said.some((text) => text.startsWith('going on: '));

test('goes on where it was stopped', async () => {
  await stopped();
  await copy();
  expect([wentOn(), isWhole()]).toEqual([true, true]);
});

test('begins anew on another target under the same path, as large as the first', async () => {
  await stopped();
  renameSync(at('copy.img'), at('other.img'));
  writeFileSync(at('copy.img'), Buffer.alloc(image.length));
  await copy();
  expect([wentOn(), isWhole()]).toEqual([false, true]);
});

test('begins anew where the target is gone', async () => {
  await stopped();
  rmSync(at('copy.img'));
  await copy();
  expect([wentOn(), isWhole()]).toEqual([false, true]);
});

test('writes again what is not as it was written, in the same file', async () => {
  const half = await stopped();
  half.fill(0, SLOT, 3 * SLOT);
  writeFileSync(at('copy.img'), half);
  await copy();
  expect([wentOn(), isWhole()]).toEqual([true, true]);
});

test('writes again what a file that was cut off no longer has', async () => {
  const half = await stopped();
  writeFileSync(at('copy.img'), half.subarray(0, 2 * SLOT));
  await copy();
  expect(isWhole()).toBe(true);
});

test('does not trust the map of an earlier version, which does not say whose it is', async () => {
  await stopped();
  const map = readFileSync(at('copy.img.map'), 'utf8');
  writeFileSync(at('copy.img.map'), map.replaceAll(/^# (target|piece).*\n/gm, ''));
  writeFileSync(at('copy.img'), Buffer.alloc(image.length));
  await copy();
  expect(isWhole()).toBe(true);
});

describe('the map', () => {
  test.each(['ln -s victim', 'ln -s nothing', 'mkfifo', 'mkdir', 'truncate --size=1T', 'ln victim'])(
    'made something else by %s is refused before anything is written',
    async (plant) => {
      writeFileSync(at('victim'), 'untouched');
      execFileSync('sh', ['-c', `cd "$1" && ${plant} copy.img.map`, 'sh', folder]);
      const end = await copy(8 * SLOT).catch((error: unknown) => error);
      // A second name is not written to: the map takes its place.
      expect(end).toMatchObject(plant === 'ln victim' ? { exit: 130 } : { code: 'folder-unsafe', exit: 4 });
      if (plant !== 'ln victim') expect(end).toMatchObject({ hint: expect.stringContaining('--map FILE') });
      expect(readFileSync(at('victim'), 'utf8')).toBe('untouched');
      expect(existsSync(at('nothing'))).toBe(false);
      expect(existsSync(at('copy.img'))).toBe(plant === 'ln victim');
    },
  );

  test.skipIf(process.getuid?.() !== 0)(
    "of somebody else's, who could leave gaps in the copy, is refused",
    async () => {
      await stopped();
      chownSync(at('copy.img.map'), 4242, 4242);
      await expect(copy()).rejects.toMatchObject({
        code: 'folder-unsafe',
        hint: expect.stringContaining('--map FILE'),
      });
      process.env['SUDO_UID'] = '4242';
      try {
        await copy();
      } finally {
        delete process.env['SUDO_UID'];
      }
      expect([wentOn(), isWhole()]).toEqual([true, true]);
    },
  );
});
