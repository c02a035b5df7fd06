/**
 * The disks of a DomU as its xl configuration names them, and whether they are free. xl's own script sees neither
 * loops, nor mappings on top, nor images of QEMU; the kernel lets a live disk be mounted.
 */
import { diskInUse } from '../../facts/disk-in-use.ts';
import type { XenwrightError } from '../../errors.ts';

/** Prefixes of older xl: they choose nothing today. */
const PREFIXES = /^(?:(?:phy|file|tap2?|aio|raw|qcow2?|vhd|ioemu|qdisk):)+/;

/**
 * Where the guest writes: a device or an image that Dom0 gives it, as an absolute path. Null for what is only read, is
 * shared on purpose (`w!`), comes from another domain, or is made by a script of its own.
 */
export function writtenDisk(specification: string): string | null {
  const words = specification.split(',').map((word) => word.trim());
  const named = (key: string): string | undefined =>
    words.find((word) => word.startsWith(`${key}=`))?.slice(key.length + 1);
  if (['script', 'backend', 'backenddomain'].some((key) => named(key) !== undefined)) return null;
  if (words.some((word) => /^(?:access=)?(?:ro?|r?w!)$/.test(word))) return null;
  if (words.some((word) => word === 'cdrom' || word === 'devtype=cdrom' || word.endsWith(':cdrom'))) return null;
  const [first = ''] = words;
  const target = (named('target') ?? (first.includes('=') ? '' : first)).replace(PREFIXES, '');
  if (target === '') return null;
  return target.startsWith('/') ? target : `/dev/${target}`;
}

/** Who uses which of these disks; the port is `usersOfDisks`. */
export type DiskUsersPort = (paths: readonly string[]) => Promise<ReadonlyMap<string, readonly string[]>>;

/** By the name of each DomU whose disks are not free: why, with the way out. One look at the machine for all. */
export async function disksInUse(
  domus: readonly { readonly name: string; readonly disks: readonly string[] }[],
  usersOf: DiskUsersPort,
): Promise<ReadonlyMap<string, XenwrightError>> {
  const paths = new Map(domus.map(({ name, disks }) => [name, disks.flatMap((disk) => writtenDisk(disk) ?? [])]));
  const all = [...new Set([...paths.values()].flat())];
  const users = all.length === 0 ? new Map<string, readonly string[]>() : await usersOf(all);
  const found = new Map<string, XenwrightError>();
  for (const [name, own] of paths) {
    // What it kept itself when it was saved is its own; whether it may be started then is asked elsewhere.
    const usersOfIt = (path: string): readonly string[] =>
      (users.get(path) ?? []).filter((user) => user !== `saved:${name}` && user !== `owned:${name}`);
    const used = own.find((path) => usersOfIt(path).length > 0);
    if (used !== undefined) found.set(name, diskInUse(used, usersOfIt(used)));
  }
  return found;
}
