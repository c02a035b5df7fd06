/**
 * Proves that nobody uses a disk or an image, at the last moment: when the facts were probed is minutes ago by then,
 * and a mount, a guest or a program may have come since. Looks only.
 */
import { realpath } from 'node:fs/promises';
import { isReleasable } from '../../facts/disk-fit.ts';
import { diskInUse } from '../../facts/disk-in-use.ts';
import { probeImageUsers } from '../../facts/disk-uses.ts';
import { probeUsers, probeUsersOfAll } from '../../facts/disks.ts';
import type { DiskProbePort } from '../../facts/probe-port.ts';
import { systemProbe } from '../process/probe-port.ts';

/** Where runs of ours mount what they write. */
const OWN_MOUNTS = '/run/xenwright/';

/** Who uses a device, for whom it cannot be taken back; none when it is not there. */
export async function usersThatStay(device: string): Promise<string[]> {
  const users = (await probeUsers(systemProbe(), device)) ?? [];
  return [...new Set(users.filter(({ user, isSwap }) => !isSwap && !isReleasable(user)).map(({ user }) => user))];
}

/** Everybody who uses a device, whoever it is. */
export async function usersOfDevice(device: string): Promise<string[]> {
  return [...new Set(((await probeUsers(systemProbe(), device)) ?? []).map(({ user }) => user))];
}

/** Everybody who uses a device or an image file, by whatever name; null: there is no such device or file. */
export async function usersOfDisk(path: string, port: DiskProbePort = systemProbe()): Promise<string[] | null> {
  const real = await realpath(path).catch(() => null);
  if (real === null) return null;
  if ((await port.device(real)) === null) return await probeImageUsers(port, real);
  const users = await probeUsers(port, real);
  return users === null ? null : [...new Set(users.map(({ user }) => user))];
}

/**
 * Who keeps each of these devices and images from being given to a DomU, by their paths; none: it is free. Volumes and
 * mappings that nobody has open (udev puts them on top of a DomU's disks) do not; swap does.
 */
export async function usersOfDisks(paths: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const port = systemProbe();
  const devices = await probeUsersOfAll(port, paths);
  const found = new Map<string, readonly string[]>();
  for (const path of paths) {
    const users = (devices.get(path) ?? []).filter(({ user, isSwap }) => isSwap || !isReleasable(user));
    const real = devices.has(path) ? null : await realpath(path).catch(() => null);
    const ofImage = real === null ? [] : await probeImageUsers(port, real);
    found.set(path, [...new Set([...users.map(({ user }) => user), ...ofImage])]);
  }
  return found;
}

/**
 * All disks of a plan, before any of them is changed. `ownUsers`: how users are named that an earlier part of this very
 * run has put onto them; null: it has not come that far. Throws `disk-in-use`, exit 4.
 */
export async function refuseUsedDisks(disks: readonly string[], ownUsers: readonly string[] | null): Promise<void> {
  for (const disk of disks) {
    const users = (await usersThatStay(disk)).filter(
      (user) => ownUsers === null || ![OWN_MOUNTS, ...ownUsers].some((begin) => user.startsWith(begin)),
    );
    if (users.length > 0) throw diskInUse(disk, users);
  }
}

/** An image that a machine runs from, or that is mounted. Throws `disk-in-use`, exit 4. */
export async function refuseUsedImage(image: string): Promise<void> {
  const path = await realpath(image).catch(() => null);
  const users = path === null ? [] : await probeImageUsers(systemProbe(), path);
  if (users.length > 0) throw diskInUse(image, users);
}
