/**
 * How a DomU's volume comes to hold nothing of before, and how long that takes. Files need none of it: they are made
 * anew, and what was never written in them reads as zeros. Pure.
 */
import type { DiskFacts, Facts } from '../../facts/facts.ts';
import type { StorageSettings } from '../../profile/effective.ts';

/** `device`: the disk notes that its blocks are zeros; `zeros`: every zero is written to it. */
export interface Wipe {
  readonly by: 'device' | 'zeros';
  readonly mibPerSecond: number;
  /** Of the disk's budget: a head that goes to and fro between two volumes writes neither fast. */
  readonly units: 1 | 2;
}

/** What a disk that only notes it zeroes in a second. */
const NOTED_MIB_PER_SECOND = 8192;
/** What ordinary disks write in a second, one after the other; by transport where that is what holds them up. */
const WRITTEN_MIB_PER_SECOND: Readonly<Record<string, number>> = {
  nvme: 1200,
  virtio: 300,
  usb: 40,
  mmc: 40,
  iscsi: 100,
  network: 100,
  fc: 300,
};
const ROTATIONAL_MIB_PER_SECOND = 140;
const OTHER_MIB_PER_SECOND = 400;
/** A disk that is slower than this is not working. */
const LEAST_MIB_PER_SECOND = 4;
const LEAST_LIMIT_MS = 15 * 60_000;

/**
 * Null: `none` was asked for, or there is nothing of before. An image is a new file, all zeros: one that was there is
 * never installed into, but by the run that has made it. Once its host runs it is a machine like others.
 */
export function wipeOf({ wipe }: StorageSettings, disks: readonly DiskFacts[], target: Facts['kind']): Wipe | null {
  if (wipe === 'none' || target === 'image') return null;
  if (disks.every((disk) => disk.zeroesItself === true))
    return { by: 'device', mibPerSecond: NOTED_MIB_PER_SECOND, units: 1 };
  return {
    by: 'zeros',
    mibPerSecond: Math.min(...disks.map(writtenMiBPerSecond)),
    units: disks.some((disk) => disk.rotational && disk.transport !== 'virtio') ? 2 : 1,
  };
}

function writtenMiBPerSecond({ transport, rotational }: DiskFacts): number {
  return WRITTEN_MIB_PER_SECOND[transport] ?? (rotational ? ROTATIONAL_MIB_PER_SECOND : OTHER_MIB_PER_SECOND);
}

/** Expected seconds, at least one. */
export function wipeSeconds(wipe: Wipe, sizeMiB: number): number {
  return Math.max(1, Math.round(sizeMiB / wipe.mibPerSecond));
}

/** When to give it up. */
export function wipeLimitMs(sizeMiB: number): number {
  return Math.max(LEAST_LIMIT_MS, Math.ceil(sizeMiB / LEAST_MIB_PER_SECOND) * 1000);
}
