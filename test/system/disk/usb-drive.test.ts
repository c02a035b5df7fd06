/** A profile onto a USB drive: a real filesystem on a loop device in place of one. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { UsbDrive } from '../../../src/facts/usb-drives.ts';
import { writeToUsbDrive } from '../../../src/system/disk/usb-drive.ts';

const run = (...argv: string[]): string =>
  execFileSync(argv[0] ?? '', argv.slice(1), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
const isRoot = process.getuid?.() === 0;
let folder = '';
let device = '';
const usbDrive = (type = 'ext4'): UsbDrive => ({ device, type, label: null, name: 'a stick', sizeMiB: 8 });

beforeEach(() => {
  if (!isRoot) return;
  folder = mkdtempSync(join(tmpdir(), 'xw-stick-'));
  run('truncate', '-s', '8M', join(folder, 'stick.img'));
  run('mkfs.ext4', '-q', '-F', join(folder, 'stick.img'));
  device = run('losetup', '--find', '--show', join(folder, 'stick.img'));
});
afterEach(() => {
  if (device !== '') run('losetup', '-d', device);
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
  [device, folder] = ['', ''];
});

/** What is on the USB drive now, looked at without us. */
function onUsbDrive<T>(look: (at: string) => T): T {
  const at = mkdtempSync(join(folder, 'look-'));
  run('mount', '-o', 'ro', device, at);
  try {
    return look(at);
  } finally {
    run('umount', at);
  }
}

const places = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('xenwright-usb-drive-'));

test.runIf(isRoot)(
  'is written for its owner alone, flushed and unmounted; what is there is never replaced (mounting needs root)',
  { timeout: 60_000 },
  async () => {
    const before = places();
    expect(await writeToUsbDrive(usbDrive(), 'xen1.yaml', 'first\n')).toBe('xen1.yaml');
    expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(`${device} `);
    expect(await writeToUsbDrive(usbDrive(), 'xen1.yaml', 'second\n')).toBe('xen1-2.yaml');
    expect(
      onUsbDrive((at) => [
        readFileSync(join(at, 'xen1.yaml'), 'utf8'),
        readFileSync(join(at, 'xen1-2.yaml'), 'utf8'),
        statSync(join(at, 'xen1.yaml')).mode & 0o777,
      ]),
    ).toEqual(['first\n', 'second\n', 0o600]);
    expect(places()).toEqual(before);
  },
);

test.runIf(isRoot)('that is full keeps no half profile, and says so', { timeout: 60_000 }, async () => {
  await expect(writeToUsbDrive(usbDrive(), 'xen1.yaml', 'x'.repeat(16 * 1024 * 1024))).rejects.toThrow(/ENOSPC|space/);
  expect(onUsbDrive((at) => readdirSync(at))).toEqual(['lost+found']);
  expect(readFileSync('/proc/mounts', 'utf8')).not.toContain(`${device} `);
});

test.runIf(isRoot)(
  'that cannot be mounted says what mount said, and nothing stays behind',
  { timeout: 60_000 },
  async () => {
    const before = places();
    await expect(writeToUsbDrive(usbDrive('xfs'), 'xen1.yaml', 'x')).rejects.toThrow(
      /mount.*(wrong fs type|unknown filesystem|superblock)/s,
    );
    expect(places()).toEqual(before);
  },
);
