/** Which of several finished hosts in one machine a booted medium starts. */
import { expect, test } from 'vitest';
import type { DiskFacts } from '../../src/facts/facts.ts';
import { diskToStart } from '../../src/facts/finished-host.ts';
import { imageFacts } from '../plan/host.ts';

const [some] = imageFacts().disks as [DiskFacts];
const disk = (path: string, changes: Partial<DiskFacts> = {}): DiskFacts => ({
  ...some,
  path,
  installMarker: { id: path, planHash: 'a' },
  ...changes,
});

test('is the one on a disk that stays in the machine, whatever the kernel calls it', () => {
  const drive = disk('/dev/sda', { transport: 'usb', removable: true });
  const blank = disk('/dev/sdb', { installMarker: null });
  const own = disk('/dev/sdc', { transport: 'sata' });
  expect(diskToStart([drive, blank, own])?.path).toBe('/dev/sdc');
  expect(diskToStart([drive, blank])?.path).toBe('/dev/sda');
  expect(diskToStart([blank])).toBeUndefined();
});
