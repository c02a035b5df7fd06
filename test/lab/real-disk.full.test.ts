/**
 * Needs virtual machines, and more time than CI has: `xenwright install` onto the disk of the machine it runs on, as in
 * a rescue system. Killed and resumed, run a second time, rebooted at its end; then the disk boots on another machine,
 * with another card.
 */
import { afterAll, describe, expect, it } from 'vitest';
import { ground } from './bases.ts';
import { bootImage, describeBoot } from './support/boot.ts';
import { labFolder } from './support/cli.ts';
import { installOntoRealDisk } from './support/real-disk.ts';

const MINUTE = 60_000;
const folder = labFolder('real-disk');
const here = ground();
afterAll(async () => {
  await here.clear();
});

describe('an install onto the disks of the machine at hand', () => {
  it(
    'is resumed after a kill, changes nothing the second time, reboots, and boots elsewhere with another network card',
    async () => {
      const disk = await installOntoRealDisk({ folder, here, firmware: 'bios', sectorBytes: 512 });
      const result = await bootImage(folder, disk, '--firmware', 'bios');
      expect(result, describeBoot(result)).toMatchObject({
        booted: 'xen',
        up: true,
        why: expect.stringContaining('took its place'),
      });
    },
    90 * MINUTE,
  );
});
