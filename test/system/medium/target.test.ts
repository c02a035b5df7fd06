/** Files as targets of a copy: written past the page cache where that can be, with room for all of it from the start. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openTarget } from '../../../src/system/medium/io.ts';
import { sharedSlots } from '../../../src/system/medium/checksum-worker.ts';
import { isRoot } from '../../actions/workbench.ts';

const folder = mkdtempSync(join(tmpdir(), 'xw-target-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('whole blocks, what is left at the end, and memory of other programs are all written where they belong', async () => {
  const path = join(folder, 'copy');
  const [slot] = sharedSlots(1, 65_536) as [Uint8Array];
  const content = randomBytes(65_536 + 2048 + 10);
  const target = await openTarget(path, content.length, true);
  expect(statSync(path).size).toBe(content.length);
  slot.set(content.subarray(0, 65_536));
  await target.write(slot, 0);
  slot.set(content.subarray(65_536, 65_536 + 2048));
  await target.write(slot.subarray(0, 2048), 65_536);
  await target.write(Buffer.from(content.subarray(65_536 + 2048)), 65_536 + 2048);
  const back = Buffer.alloc(content.length);
  await target.read(back, 0);
  expect(back.equals(content)).toBe(true);
  await target.flush();
  await target.close();
  expect(readFileSync(path).equals(content)).toBe(true);
});

test('a copy that goes on leaves what is there, and cuts off what is too much', async () => {
  const path = join(folder, 'more');
  writeFileSync(path, 'x'.repeat(5000));
  const target = await openTarget(path, 4000, false);
  await target.write(Buffer.from('y'), 0);
  await target.close();
  expect(readFileSync(path, 'utf8')).toBe(`y${'x'.repeat(3999)}`);
});

test.skipIf(!isRoot)('a filesystem that is too small is told before anything is copied', async () => {
  const small = mkdtempSync(join(folder, 'small-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1M', 'small', small]);
  try {
    await expect(openTarget(join(small, 'copy'), 8 * 2 ** 20, true)).rejects.toMatchObject({
      code: 'disk-full',
      exit: 5,
    });
  } finally {
    execFileSync('umount', ['--lazy', small]);
  }
});
