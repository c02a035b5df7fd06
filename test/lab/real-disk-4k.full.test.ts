/**
 * Needs virtual machines, and more time than CI has: as real-disk, by UEFI onto a disk with sectors of 4,096 bytes. Its
 * DomUs are up after the first start from it, one PV and one PVH, with volumes of such sectors; and a disk beside it is
 * as it was, to the last byte.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, expect, it } from 'vitest';
import { sectorBytesOfTable } from '../../src/system/disk/sector-bytes.ts';
import { UEFI_FIRMWARE } from '../../src/system/vm/boot-machine.ts';
import { ground } from './bases.ts';
import { bootImage, describeBoot } from './support/boot.ts';
import { labFolder } from './support/cli.ts';
import { installOntoRealDisk } from './support/real-disk.ts';

const MINUTE = 60_000;
const MIB = 1024 * 1024;
const folder = labFolder('real-disk-4k');
const here = ground();
const hasAll = existsSync('/usr/bin/qemu-system-x86_64') && UEFI_FIRMWARE.some(([code]) => existsSync(code));
if (!hasAll) process.stderr.write('Skipped (test/lab/real-disk-4k): qemu-system-x86_64 or OVMF is missing\n');
afterAll(async () => {
  await here.clear();
});

/** Somebody's data: a table with an ext4, and bytes behind it that are no filesystem. */
function othersDisk(): string {
  const image = join(folder, 'beside.img');
  const tree = join(folder, 'beside');
  mkdirSync(tree);
  writeFileSync(join(tree, 'precious'), 'of somebody else\n');
  execFileSync('truncate', ['--size=256M', image]);
  execFileSync('sgdisk', ['--clear', '--new=1:1M:+128M', '--change-name=1:data', '--new=2:0:0', image]);
  execFileSync('mke2fs', ['-q', '-F', '-t', 'ext4', '-d', tree, '-E', `offset=${MIB}`, image, '128M']);
  execFileSync('dd', ['if=/dev/urandom', `of=${image}`, 'bs=1M', 'seek=160', 'count=16', 'conv=notrunc'], {
    stdio: 'ignore',
  });
  return image;
}

async function sumOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

it.skipIf(!hasAll)(
  'a disk of 4,096-byte sectors is installed to by UEFI and starts its DomUs, and the disk beside it stays as it was',
  async () => {
    const other = othersDisk();
    const before = await sumOf(other);
    const disk = await installOntoRealDisk({
      ...{ folder, here, firmware: 'uefi', sectorBytes: 4096 },
      beside: [other],
    });
    expect(await sumOf(other)).toBe(before);
    // `boot` gives a machine such sectors as the table on the disk has.
    expect(await sectorBytesOfTable(disk)).toBe(4096);
    const result = await bootImage(folder, disk, other, '--firmware', 'uefi');
    expect(result, describeBoot(result)).toMatchObject({
      booted: 'xen',
      up: true,
      fallback: false,
      firmware: 'uefi',
      why: expect.stringContaining('took its place'),
    });
    expect(result.domus.map(({ name, type, up }) => `${name} ${type} ${up ? 'up' : 'down'}`).toSorted()).toEqual([
      'db1 pv up',
      'web1 pvh up',
    ]);
    expect(await sumOf(other)).toBe(before);
  },
  120 * MINUTE,
);
