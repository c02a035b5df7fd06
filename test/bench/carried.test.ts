/**
 * A Dom0 and four DomUs whose bases are there already, as a medium carries them: what is left is writing. Against dd of
 * the bytes that end up on the volumes, onto the same disk. Natively, files as volumes; no boot loader on either side.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ExtentList } from '../../src/actions/extents.ts';
import { buildBases, ground, labPlan } from '../lab/bases.ts';
import { DOMUS, hostOf, writeDomains } from './domains.ts';

const ROUNDS = 3;
const MOST = 2;
const MIB = 1024 * 1024;
const here = ground();
afterAll(async () => {
  await here.clear();
});

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
async function seconds(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

test(`a host and four DomUs whose bases are there take at most ${MOST} times the writing of their bytes`, async () => {
  const plan = await labPlan([], hostOf(DOMUS));
  const hashOf = await buildBases(plan, ['common', 'dom0', 'domu'], here);
  const domains = ['dom0', ...DOMUS].map((name) => {
    const folder = join(here.store, hashOf(name));
    return {
      name,
      image: join(folder, 'image'),
      usedBytes: (JSON.parse(readFileSync(join(folder, 'extents.json'), 'utf8')) as ExtentList).usedBytes,
    };
  });
  const [plain, ours]: [number[], number[]] = [[], []];
  // Volumes that were written before, as LVM's are not sparse; in turns, so that a busy spell of the machine falls on
  // both.
  for (const { name } of domains)
    for (const volume of [name, `plain-${name}`]) execFileSync('fallocate', ['-l', '2G', here.volume(volume)]);
  for (let round = 0; round <= ROUNDS; round++) {
    const alone = await seconds(() => {
      for (const { name, image, usedBytes } of domains)
        execFileSync('dd', [
          `if=${image}`,
          `of=${here.volume(`plain-${name}`)}`,
          'bs=4M',
          `count=${usedBytes}`,
          'iflag=count_bytes,fullblock',
          'conv=notrunc,fsync',
          'status=none',
        ]);
    });
    const whole = await seconds(() => writeDomains(plan, here));
    // The first round fills the cache that both read from.
    if (round > 0) [plain, ours].forEach((list, index) => list.push(index === 0 ? alone : whole));
  }
  const ratio = median(ours) / median(plain);
  const writtenMiB = domains.reduce((sum, { usedBytes }) => sum + usedBytes, 0) / MIB;
  process.stdout.write(
    `carried: ${writtenMiB.toFixed(0)} MiB; dd ${median(plain).toFixed(2)} s, written and configured ${median(ours).toFixed(2)} s, ratio ${ratio.toFixed(2)} (at most ${MOST})\n`,
  );
  for (const { name } of domains) for (const volume of [name, `plain-${name}`]) rmSync(here.volume(volume));
  expect(ratio).toBeLessThanOrEqual(MOST);
});
