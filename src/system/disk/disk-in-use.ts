/**
 * Proves that nobody uses a disk or an image, at the last moment: when the facts were probed is minutes ago by then,
 * and a mount, a guest or a program may have come since. Looks only.
 */
import { realpath, stat } from 'node:fs/promises';
import type { DiskUser } from '../../facts/disk-contents.ts';
import { isReleasable } from '../../facts/disk-fit.ts';
import { diskInUse } from '../../facts/disk-in-use.ts';
import { probeImagesUsers, type Image } from '../../facts/disk-uses.ts';
import { probeUsersOfAll } from '../../facts/disks.ts';
import { probeKeptDisks } from '../../facts/kept-disks.ts';
import type { DiskProbePort } from '../../facts/probe-port.ts';
import { deviceNumber } from './device-probe.ts';
import { systemProbe } from '../process/probe-port.ts';

/** Where runs of ours mount what they write. */
const OWN_MOUNTS = '/run/xenwright/';

/** Who uses a device or an image; null: there is none of this path. */
type Users = readonly DiskUser[] | null;

/**
 * The one look at the machine that every answer below is made of: everybody who uses these devices and images, by
 * whatever names they go, of one moment.
 */
async function look(paths: readonly string[], port: DiskProbePort): Promise<ReadonlyMap<string, Users>> {
  const found = new Map<string, Users>();
  const devices: string[] = [];
  const images = new Map<string, Image>();
  for (const path of paths) {
    const real = await realpath(path).catch(() => null);
    if (real === null) found.set(path, null);
    else if ((await port.device(real)) !== null) devices.push(path);
    else images.set(path, { path: real, file: await identityOf(real) });
  }
  const ofDevices =
    devices.length === 0 ? new Map<string, readonly DiskUser[]>() : await probeUsersOfAll(port, devices);
  for (const path of devices) found.set(path, ofDevices.get(path) ?? null);
  const ofImages = await probeImagesUsers(port, [...images.values()]);
  for (const [path, image] of images)
    found.set(
      path,
      (ofImages.get(image.path) ?? []).map((user) => ({ user, isSwap: user === 'swap' })),
    );
  return found;
}

/** As losetup names a file. */
async function identityOf(path: string): Promise<string> {
  const known = await stat(path, { bigint: true }).catch(() => null);
  return known === null ? '' : `${deviceNumber(known.dev)} ${known.ino}`;
}

function namesOf(users: Users, isMeant: (user: DiskUser) => boolean = () => true): string[] {
  return [...new Set((users ?? []).filter(isMeant).map(({ user }) => user))];
}

/** What udev puts on top of a disk, and nobody has open, keeps it from nobody. */
function keepsIt({ user, isSwap }: DiskUser): boolean {
  return isSwap || !isReleasable(user);
}

/** Who uses a device, for whom it cannot be taken back; none when it is not there. */
export async function usersThatStay(device: string): Promise<string[]> {
  const users = (await look([device], systemProbe())).get(device) ?? null;
  return namesOf(users, ({ user, isSwap }) => !isSwap && !isReleasable(user));
}

/** Everybody who uses a device or an image file, by whatever name; null: there is no such device or file. */
export async function usersOfDisk(path: string, port: DiskProbePort = systemProbe()): Promise<string[] | null> {
  const users = (await look([path], port)).get(path) ?? null;
  return users === null ? null : namesOf(users);
}

/**
 * Who keeps each of these devices and images from being given to a DomU, by their paths; none: it is free. Volumes and
 * mappings that nobody has open (udev puts them on top of a DomU's disks) do not; swap does, and so does a guest that
 * was saved, or that a command has in hand, whose disk it is (`saved:`, `owned:` and its name).
 */
export async function usersOfDisks(
  paths: readonly string[],
  port: DiskProbePort = systemProbe(),
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = await look(paths, port);
  const kept = await probeKeptDisks(port);
  const numberOf = new Map<string, string | null>();
  for (const { path } of kept) numberOf.set(path, await port.device(path));
  const users = new Map<string, readonly string[]>();
  for (const path of paths) {
    const number = kept.length === 0 ? null : await port.device(path);
    const isIt = (other: string): boolean => other === path || (number !== null && numberOf.get(other) === number);
    users.set(path, [
      ...namesOf(found.get(path) ?? null, keepsIt),
      ...new Set(kept.filter((one) => isIt(one.path)).map(({ user }) => user)),
    ]);
  }
  return users;
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
  const users = (await usersOfDisk(image)) ?? [];
  if (users.length > 0) throw diskInUse(image, users);
}
