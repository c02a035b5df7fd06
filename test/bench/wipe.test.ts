/**
 * What it costs that no guest reads what was there before it, beside dd(1) writing the same zeros to the same disk.
 * Natively, on loop devices; needs root.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { ground } from '../lab/bases.ts';

const isRoot = process.getuid?.() === 0;
const ROUNDS = 5;
const SIZE_MIB = 1024;
/** Of the time that dd takes. */
const MOST = { zeros: 1.25, device: 0.25 };
const here = ground();
const undo: (readonly string[])[] = [];
const run = (...argv: string[]): string =>
  execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
afterAll(async () => {
  for (const argv of undo.toReversed()) run(...argv);
  await here.clear();
});

function loop(file: string): string {
  const device = run('losetup', '--find', '--show', '--direct-io=off', file);
  undo.push(['losetup', '--detach', device]);
  return device;
}

/** A disk that zeroes itself at once: its filesystem notes it. */
function noting(): string {
  run('fallocate', '-l', `${SIZE_MIB}MiB`, here.volume('noting'));
  return loop(here.volume('noting'));
}

/** A disk that does not: the filesystem below can note nothing. */
function writing(): string {
  const [below, at] = [here.volume('below'), join(here.folder, 'ext2')];
  run('fallocate', '-l', `${SIZE_MIB + 256}MiB`, below);
  run('mke2fs', '-q', '-F', '-t', 'ext2', '-E', 'nodiscard', below);
  mkdirSync(at);
  run('mount', '-o', 'loop', below, at);
  undo.push(['umount', at]);
  run('dd', 'if=/dev/zero', `of=${join(at, 'disk')}`, 'bs=4M', `count=${SIZE_MIB / 4}`, 'status=none');
  return loop(join(at, 'disk'));
}

async function seconds(work: () => unknown): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}
const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

test.skipIf(!isRoot).each([
  ['zeros', writing],
  ['device', noting],
] as const)(
  'zeroing a volume (%s) costs little more than the zeros themselves, or next to nothing',
  async (by, make) => {
    const device = make();
    const [alone, ours]: [number[], number[]] = [[], []];
    // In turns, so that a busy spell of the machine falls on both; the first round warms up.
    for (let round = 0; round <= ROUNDS; round++) {
      const dd = await seconds(() =>
        run(
          'dd',
          'if=/dev/zero',
          `of=${device}`,
          'bs=4M',
          `count=${SIZE_MIB / 4}`,
          'oflag=direct',
          'conv=notrunc,fsync',
          'status=none',
        ),
      );
      const wipe = await seconds(() => here.act('volume.wipe', { device, by }));
      if (round > 0) {
        alone.push(dd);
        ours.push(wipe);
      }
    }
    const takesWriteZeroes =
      Number(readFileSync(`/sys/class/block/${device.slice('/dev/'.length)}/queue/write_zeroes_max_bytes`, 'utf8')) > 0;
    expect(takesWriteZeroes).toBe(by === 'device');
    const ratio = median(ours) / median(alone);
    process.stdout.write(
      `volume.wipe (${by}): ${SIZE_MIB} MiB; dd ${median(alone).toFixed(2)} s (${(SIZE_MIB / median(alone)).toFixed(0)} MiB/s), wipe ${median(ours).toFixed(2)} s, ratio ${ratio.toFixed(2)} (at most ${MOST[by]})\n`,
    );
    expect(ratio).toBeLessThanOrEqual(MOST[by]);
  },
);
