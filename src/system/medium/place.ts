/**
 * Where a medium is: `cdrom`, a path, an address, or a file on an NFS server, which is mounted for as long as it is
 * needed.
 */
import { mkdtemp, rmdir, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import { probeDisks } from '../../facts/disks.ts';
import { listed } from '../../i18n/phrase.ts';
import { hasLogin, shownAddress } from '../../profile/address-login.ts';
import { usersOfDisk } from '../disk/disk-in-use.ts';
import { exec } from '../process/exec.ts';
import { systemProbe } from '../process/probe-port.ts';
import { SAFE } from '../source/read-by-mount.ts';
import { devicesOf } from '../disk/same-storage.ts';

/** `path`: what can be opened, or an http(s) address. */
export interface MediumPlace {
  readonly path: string;
  close(): Promise<void>;
}

/**
 * Of nfs(5). `softerr`: a server that is gone for minutes is ETIMEDOUT. `soft` would make EIO of it, which from a disc
 * means sectors that cannot be read, and so gaps in the copy.
 */
const NFS_OPTIONS = `${SAFE},nolock,softerr,timeo=100,retrans=5`;

const nothing = async (): Promise<void> => undefined;

/** Throws `medium-unreachable` (exit 6). */
export async function mediumPath(source: string): Promise<MediumPlace> {
  if (source === 'cdrom') return { path: await drive(), close: nothing };
  // Neither fetch nor mount takes them, and both would say them aloud.
  if (hasLogin(source)) throw failure('medium-unreachable.login', EXIT.source, { source: shownAddress(source) });
  const nfs = /^nfs:\/\/([^/]+)(\/.*)\/([^/]+)$/.exec(source);
  if (nfs === null) return { path: source.replace(/^file:(\/\/)?/, ''), close: nothing };
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-nfs-'));
  try {
    await exec(['mount', '-t', 'nfs', '-o', NFS_OPTIONS, `${nfs[1] ?? ''}:${nfs[2] ?? ''}`, folder], {
      timeoutMs: 60_000,
    });
  } catch (error) {
    await rmdir(folder);
    throw failure(
      'medium-unreachable.mount',
      EXIT.source,
      { source },
      { lastLines: error instanceof XenwrightError ? error.lastLines : [], cause: error },
    );
  }
  return {
    path: join(folder, nfs[3] ?? ''),
    close: async () => {
      await exec(['umount', folder], { timeoutMs: 60_000 });
      await rmdir(folder);
    },
  };
}

/** The first optical drive with a disc, else a USB drive with an image. */
async function drive(): Promise<string> {
  const { media } = await probeDisks(systemProbe());
  const found = media.find(({ kind }) => kind === 'optical') ?? media.find(({ kind }) => kind === 'usb');
  if (found !== undefined) return found.path;
  throw failure('medium-unreachable.drive', EXIT.source);
}

/** Is the target a device? Throws `target-in-use` (exit 4) when somebody uses it. */
export async function refuseUsedTarget(path: string): Promise<boolean> {
  const known = await stat(path).catch(() => null);
  if (known === null || known.isFile()) return false;
  if (!known.isBlockDevice()) throw failure('usage.noFile', EXIT.usage, { path });
  // Every name a device goes by is followed, and a partition's disk may be the medium that this system runs from.
  const { disks } = await probeDisks(systemProbe());
  const beneath = [...(await devicesOf(path))];
  const isBootMedium = isOnBootMedium(
    beneath,
    await Promise.all(disks.map(async (one) => ({ ...one, number: [...(await devicesOf(one.path))][0] ?? '' }))),
  );
  const users = (await usersOfDisk(path)) ?? [];
  if (users.length > 0 || isBootMedium)
    throw failure('target-in-use.users', EXIT.refused, {
      path,
      users: listed(users, { key: 'errors.target-in-use.bootMedium' }),
    });
  return true;
}

/** Does one of the devices that a target lies on, by their numbers, carry the medium that this system runs from? */
export function isOnBootMedium(
  beneath: readonly string[],
  disks: readonly { readonly number: string; readonly bootMedium: boolean }[],
): boolean {
  return disks.some(({ number, bootMedium }) => bootMedium && beneath.includes(number));
}
