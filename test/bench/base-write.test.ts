/**
 * What a further DomU costs beside the time its used bytes take on the same disk by themselves. Natively, files as
 * volumes.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ExtentList } from '../../src/actions/extents.ts';
import { buildBases, ground, labPlan } from '../lab/bases.ts';

const ROUNDS = 5;
const MOST = 1.5;
const MIB = 1024 * 1024;
const here = ground();
afterAll(async () => {
  await here.clear();
});

async function seconds(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

test(`a further DomU of the same release costs at most ${MOST} times the writing of its used bytes`, async () => {
  const hash = (await buildBases(await labPlan(), ['common', 'domu'], here))('web1');
  const { usedBytes } = JSON.parse(readFileSync(join(here.store, hash, 'extents.json'), 'utf8')) as ExtentList;
  const packages = Object.keys(
    (JSON.parse(readFileSync(join(here.store, hash, 'manifest.json'), 'utf8')) as { packages: object }).packages,
  ).length;
  const image = join(here.store, hash, 'image');
  const plain: number[] = [];
  const ours: number[] = [];
  // In turns, so that a busy spell of the machine falls on both; on volumes that were written before, as LVM's are not
  // sparse.
  for (let round = 0; round <= ROUNDS; round++) {
    const [one, two] = [here.volume('plain'), here.volume('ours')];
    if (round === 0)
      for (const path of [one, two])
        execFileSync('sh', ['-c', `fallocate -l 1G "$1"; cat "${image}" > /dev/null`, 'sh', path]);
    const alone = await seconds(() =>
      execFileSync('dd', [
        `if=${image}`,
        `of=${one}`,
        'bs=4M',
        `count=${usedBytes}`,
        'iflag=count_bytes,fullblock',
        'conv=notrunc,fsync',
        'status=none',
      ]),
    );
    const whole = await seconds(() =>
      here.act('base.write', {
        hash,
        device: two,
        in: null,
        uuid: '11111111-2222-4333-8444-555555555555',
        label: 'web1-root',
      }),
    );
    if (round > 0) [plain, ours].map((list, index) => list.push(index === 0 ? alone : whole));
  }
  const ratio = median(ours) / median(plain);
  process.stdout.write(
    `base.write: ${(usedBytes / MIB).toFixed(0)} MiB used, ${packages} packages; dd ${median(plain).toFixed(2)} s, base.write ${median(ours).toFixed(2)} s, ratio ${ratio.toFixed(2)} (at most ${MOST})\n`,
  );
  for (const name of ['plain', 'ours']) rmSync(here.volume(name));
  expect(ratio).toBeLessThanOrEqual(MOST);
});
