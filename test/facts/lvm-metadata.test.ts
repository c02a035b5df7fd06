/**
 * Names of volume groups read from the metadata itself: as LVM 2.03 has written it, and on a real volume where its
 * tools are here.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { groupInMetadata, readMetadata } from '../../src/facts/lvm-metadata.ts';

const version = (name: string, number: number): string =>
  `\0\0${'\0'.repeat(30)}${name} {\nid = "TfoGtr-DuSH-KbRY-taPN-ioPT-cGbZ-OUPbQF"\nseqno = ${number}\nformat = "lvm2"\n\nphysical_volumes {\n\npv0 {\nid = "ZBSOzC-BEIW-spI5-OTbS-xVmX-tVWq-eTrUIq"\ndevice = "/dev/sda"\n`;

test('the newest version counts, wherever it lies: names of before are still there', () => {
  expect(groupInMetadata(version('old', 1) + version('vg_x.1-a', 12) + version('old', 3))).toBe('vg_x.1-a');
  for (const nothing of [null, '', '\ufffd\ufffdLABELONE', 'vg { id = 1 }'])
    expect(groupInMetadata(nothing)).toBeNull();
});

const hasLvm = ['/usr/sbin/vgcreate', '/sbin/vgcreate'].some((path) => existsSync(path));
const why = process.getuid?.() !== 0 ? 'only root can make volume groups' : hasLvm ? null : 'lvm2 is not installed';
if (why !== null) process.stderr.write(`Skipped (test/facts/lvm-metadata, a real volume): ${why}\n`);

test.skipIf(why !== null)('a real group that was renamed is known by its name of now', () => {
  const folder = mkdtempSync(join(tmpdir(), 'xw-lvm-'));
  const run = (...argv: readonly string[]): string =>
    execFileSync(argv[0] as string, argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  run('truncate', '--size=32M', join(folder, 'disk'));
  const device = run('losetup', '--show', '--find', join(folder, 'disk')).trim();
  try {
    const group = `xwtest${process.pid}`;
    run('pvcreate', '-ff', '-y', device);
    run('vgcreate', '-y', `${group}old`, device);
    run('vgrename', `${group}old`, group);
    expect(groupInMetadata(run(...readMetadata(device)))).toBe(group);
  } finally {
    run('losetup', '--detach', device);
    rmSync(folder, { recursive: true, force: true });
  }
});
