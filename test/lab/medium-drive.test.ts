/**
 * A disc with unreadable sectors in a real (emulated) drive: copied onto a real disk by Debian's kernel, its losses
 * named by package.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { probeMedium } from '../../src/system/medium/probe.ts';
import { smallDisc } from '../medium/copy/small-disc.ts';
import { actionOf } from '../actions/action-of.ts';
import { applianceBase, command, emptyDisk, outputOf, type ApplianceBase } from './support/appliance.ts';
import { rescueSystem } from './support/rescue.ts';

const MINUTE = 60_000;
const ZSH = 'pool/main/z/zsh/zsh_5.9-1_amd64.deb';
const folder = mkdtempSync(join(process.env['XENWRIGHT_LAB'] ?? tmpdir(), 'xw-drive-'));
const disc = smallDisc({
  'pool/main/b/bash/bash_5.2-1_amd64.deb': randomBytes(9_000_000),
  [ZSH]: randomBytes(8_000_000),
  'README.txt': 'hello\n',
});
const image = readFileSync(disc.iso);
const bad = [100, 101, 900].map((sector) => Math.floor(image.indexOf(disc.files[ZSH] as Buffer) / 2048) + sector);
let base: ApplianceBase;

beforeAll(async () => {
  base = await applianceBase();
}, 20 * MINUTE);
afterAll(() => {
  disc.clear();
  rmSync(folder, { recursive: true, force: true });
});

/** QEMU's block debugger answers reads of these sectors with an error, each time. */
function drive(): string[] {
  const errors = bad.map((sector) => ({ event: 'read_aio', sector: sector * 4, errno: 5, once: false }));
  const node = {
    driver: 'raw',
    'node-name': 'cd',
    'read-only': true,
    file: {
      driver: 'blkdebug',
      image: { driver: 'file', filename: disc.iso, 'read-only': true },
      'inject-error': errors,
    },
  };
  return ['-blockdev', JSON.stringify(node), '-device', 'virtio-scsi-pci', '-device', 'scsi-cd,drive=cd'];
}

it(
  'a scratched disc is copied but for its scratches, and what lies on them is named',
  async () => {
    const disk = emptyDisk(folder, 'disk', 64);
    const machine = rescueSystem(base, [disk], folder, drive());
    const device = '/dev/disk/by-id/virtio-real-0';
    const { id, label, sizeBytes } = await probeMedium(disc.iso, false);
    try {
      await machine.run(
        command('modprobe -a virtio_scsi sr_mod isofs; udevadm trigger --action=add; udevadm settle; test -b /dev/sr0'),
        { output: () => undefined, progress: () => undefined, report: () => undefined },
        new AbortController().signal,
      );
      const said = await outputOf(
        machine,
        actionOf('medium.copy', { source: '/dev/sr0', device, sizeBytes, id, label, wanted: [] }),
      );
      expect(said).toContain(
        `bytes ${(bad[0] ?? 0) * 2048} to ${((bad[1] ?? 0) + 1) * 2048 - 1} (sectors: 2, from ${bad[0]} on) cannot be read`,
      );
      expect(said).toContain(`(sectors: 1, from ${bad[2]} on) cannot be read`);
      expect(said).toContain(`lost on the medium: ${ZSH}: differs from its checksum in md5sum.txt`);
      expect(said).toContain('none of what is lost is needed');
      expect(
        await outputOf(
          machine,
          command(
            `mkdir -p /tmp/m && mount -t iso9660 -o ro ${device} /tmp/m && cd /tmp/m && md5sum -c md5sum.txt 2>/dev/null; cd /; umount /tmp/m`,
            'see',
          ),
        ),
      ).toMatch(/bash_5.2-1_amd64.deb: OK[^]*README.txt: OK|README.txt: OK[^]*bash_5.2-1_amd64.deb: OK/);
      const byHand = await outputOf(
        machine,
        command(
          '/mnt/node /mnt/xenwright.mjs medium copy cdrom /tmp/hand.iso 2>&1; echo "exit $?"; cat /tmp/hand.iso.map',
          'hand',
          10 * MINUTE,
        ),
      );
      expect(byHand).toMatch(new RegExp(`package zsh \\(${ZSH}\\)[^]*exit 5[^]*# Mapfile`));
    } finally {
      await machine.close();
    }
    const copy = readFileSync(disk).subarray(0, image.length);
    const wanted = Buffer.from(image);
    for (const sector of bad) wanted.fill(0, sector * 2048, (sector + 1) * 2048);
    expect(copy.equals(wanted)).toBe(true);
  },
  30 * MINUTE,
);
