/** Copying a medium, checksums included, beside dd on the same source and target. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { copyMedium } from '../../src/system/medium/copy.ts';

const LEAST = 0.95;
const ROUNDS = 5;
const SIZE_MIB = 1024;
const folder = mkdtempSync('/var/tmp/xw-bench-copy-');
const image = join(folder, 'disc.iso');
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function seconds(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** The page cache gives the source back, so that both sides read the disk. */
function forget(): void {
  execFileSync('sh', ['-c', 'sync; dd if="$1" iflag=nocache count=0 status=none', 'sh', image]);
}

/** Random bytes under a volume descriptor. Debian's discs and ours have no implanted sum. */
function makeImage(): void {
  execFileSync('dd', ['if=/dev/urandom', `of=${image}`, 'bs=4M', `count=${SIZE_MIB / 4}`, 'status=none']);
  const file = openSync(image, 'r+');
  const sector = Buffer.alloc(2048);
  sector[0] = 1;
  sector.write('CD001', 1, 'latin1');
  sector.write('BENCH'.padEnd(32), 40, 'latin1');
  sector.writeUInt32LE(SIZE_MIB * 512, 80);
  sector.writeUInt16LE(2048, 128);
  sector.write('2026112510000000', 813, 'latin1');
  writeSync(file, sector, 0, 2048, 16 * 2048);
  closeSync(file);
}

test(`copying with its checksums runs at ${LEAST} of dd or more`, async () => {
  makeImage();
  const [plain, ours]: [number[], number[]] = [[], []];
  // In turns, so that a busy spell of the machine falls on both. The first round counts for neither. The source is read
  // from its disk.
  for (let round = 0; round <= ROUNDS; round++) {
    const [byDd, byUs] = [join(folder, 'dd'), join(folder, 'ours')];
    for (const path of [byDd, byUs]) rmSync(path, { force: true });
    forget();
    const one = await seconds(() =>
      execFileSync('dd', [`if=${image}`, `of=${byDd}`, 'bs=4M', 'conv=fsync', 'status=none']),
    );
    rmSync(byDd);
    forget();
    const two = await seconds(() =>
      copyMedium({
        source: image,
        target: byUs,
        map: `${byUs}.map`,
        signal: new AbortController().signal,
        output: () => undefined,
        progress: () => undefined,
      }),
    );
    if (round > 0) [plain, ours].map((list, index) => list.push(index === 0 ? one : two));
  }
  const file = openSync(join(folder, 'ours'), 'r');
  expect(readSync(file, Buffer.alloc(1), 0, 1, SIZE_MIB * 2 ** 20 - 1)).toBe(1);
  closeSync(file);
  const ratio = median(plain) / median(ours);
  process.stdout.write(
    `copy: ${SIZE_MIB} MiB; dd ${median(plain).toFixed(2)} s, with checksums ${median(ours).toFixed(2)} s, ${(ratio * 100).toFixed(0)} % of dd (at least ${LEAST * 100})\n`,
  );
  expect(ratio).toBeGreaterThanOrEqual(LEAST);
});
