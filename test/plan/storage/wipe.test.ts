import { describe, expect, it } from 'vitest';
import type { DiskFacts, Facts } from '../../../src/facts/facts.ts';
import { wipeLimitMs, wipeOf, wipeSeconds } from '../../../src/plan/storage/wipe.ts';
import { imageFacts, machineFacts, profileOf } from '../host.ts';

const { storage } = profileOf().host;
const disk = machineFacts('sata-ssd-and-hdd').disks[0] as DiskFacts;
const wipe = (changes: Partial<DiskFacts>, target: Facts['kind'] = 'machine') =>
  wipeOf(storage, [{ ...disk, ...changes }], target);

describe('how the volumes of DomUs come to hold nothing of before', () => {
  it('is nothing at all in an image, which is a new file', () => {
    expect(wipeOf(storage, imageFacts().disks, 'image')).toBeNull();
  });
  it('is by the disk where it is known to zero itself, and by writing zeros everywhere else', () => {
    expect(wipe({ zeroesItself: true })?.by).toBe('device');
    expect(wipe({})?.by).toBe('zeros');
    // Facts of an older Xenwright do not say.
    expect(wipe({ transport: 'nvme' })?.by).toBe('zeros');
  });
  it('is left out when the profile says so', () => {
    expect(wipeOf(profileOf(['host.storage.wipe=none']).host.storage, [disk], 'machine')).toBeNull();
  });
  it('takes as long as the kind of disk takes to write, and next to nothing where the disk only notes it', () => {
    const seconds = (changes: Partial<DiskFacts>): number =>
      wipeSeconds(wipe(changes) ?? { by: 'zeros', mibPerSecond: 1, units: 1 }, 140_000);
    const [noted, nvme, ssd, turning, usbDrive] = [
      seconds({ zeroesItself: true, transport: 'nvme' }),
      seconds({ transport: 'nvme' }),
      seconds({ transport: 'sata', rotational: false }),
      seconds({ transport: 'sata', rotational: true }),
      seconds({ transport: 'usb' }),
    ];
    expect([noted, nvme, ssd, turning, usbDrive]).toEqual(
      [noted, nvme, ssd, turning, usbDrive].toSorted((a, b) => a - b),
    );
    expect(noted).toBeLessThan(30);
    expect(turning).toBe(1000);
  });
  it('goes on one volume after the other on a disk that turns, as far as it is known to', () => {
    expect(wipe({ transport: 'sata', rotational: true })?.units).toBe(2);
    expect(
      [
        wipe({ transport: 'sata', rotational: false }),
        wipe({ transport: 'virtio', rotational: true }),
        wipe({ zeroesItself: true, rotational: true }),
      ].map((one) => one?.units),
    ).toEqual([1, 1, 1]);
  });
  it('has its own time, however large the volume is', () => {
    expect(wipeLimitMs(8)).toBe(15 * 60_000);
    expect(wipeLimitMs(4_000_000)).toBeGreaterThan(
      1000 * wipeSeconds({ by: 'zeros', mibPerSecond: 40, units: 1 }, 4_000_000),
    );
  });
});
