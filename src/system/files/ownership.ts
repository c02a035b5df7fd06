/** Whose a file is, and who else can write to it; and how that is refused. */
import { randomUUID } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { open, readlink, statfs, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { EXIT, failure, type XenwrightError } from '../../errors.ts';
import { commandLine } from '../../plan/shell-words.ts';

/** May the group write, and may everybody? */
export const BY_GROUP = 0o020;
export const BY_ALL = 0o002;
const STICKY = 0o1000;
const PERMISSIONS = 0o7777;
/** What hints name where nothing else is said. */
export const USUAL_OPTION = '--state FOLDER';
/** f_type of statfs(2): NFS, CIFS, SMB2, 9p, Ceph, AFS, FUSE. There, files belong to whom the server says. */
const SHARES = new Set([0x6969, 0xff534d42, 0xfe534d42, 0x01021997, 0x00c36400, 0x5346414f, 0x65735546]);
/** ISO 9660, UDF, squashfs, EROFS: whoever a file belongs to there, nobody changes it. */
const MEDIA = new Set([0x9660, 0x15013346, 0x73717368, 0xe0f5e1e2]);
/** Whom new files of ours belong to, by the device number of a share. */
const ownersOnShares = new Map<number, number>();

/**
 * Root's is everybody's: whoever is root needs no tricks. So is that of whoever has become root by sudo, and on a share
 * that of whom its server takes us for (root is nobody on most of them). `at`: a folder on the same filesystem.
 */
export async function isOurs(stats: Stats, at: string): Promise<boolean> {
  const { uid } = stats;
  if (uid === 0 || uid === process.getuid?.() || (isRoot() && String(uid) === process.env['SUDO_UID'])) return true;
  return uid === (await ownerOnShare(stats, at));
}

/** Whom a new file belongs to, where that is a server's choice; null elsewhere, and where none can be made. */
async function ownerOnShare({ dev }: Stats, at: string): Promise<number | null> {
  const known = ownersOnShares.get(dev);
  if (known !== undefined) return known;
  if (!(await isShare(at))) return null;
  const path = join(at, `.xenwright-${randomUUID()}`);
  const file = await open(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600).catch(() => null);
  if (file === null) return null;
  try {
    const { uid } = await file.stat();
    ownersOnShares.set(dev, uid);
    return uid;
  } finally {
    await file.close();
    await unlink(path).catch(() => undefined);
  }
}

/**
 * May anybody put something else in the place of what lies in this folder? A sticky one (`/tmp`) keeps it. Who may
 * write to a share is not said by its modes alone.
 */
export async function mayAnybodyReplace(folder: string, { mode }: Stats): Promise<boolean> {
  return (mode & BY_ALL) !== 0 && (mode & STICKY) === 0 && !(await isShare(folder));
}

/** Does it lie on a medium that cannot be written to? Owners and modes there are those of whoever has made it. */
export async function isOnMedium(path: string): Promise<boolean> {
  return await isOneOf(MEDIA, path);
}

async function isShare(folder: string): Promise<boolean> {
  return await isOneOf(SHARES, folder);
}

async function isOneOf(types: ReadonlySet<number>, path: string): Promise<boolean> {
  const found = await statfs(path).catch(() => null);
  // The type is a number of 32 bits, with or without a sign.
  return found !== null && types.has(found.type >>> 0);
}

/** A group of one's own has nobody else in it, and some systems let it write by default. */
export function mayOthersWrite({ mode, gid }: Stats): boolean {
  if ((mode & BY_ALL) !== 0) return true;
  const isOwnGroup = gid === 0 || gid === process.getgid?.() || (isRoot() && String(gid) === process.env['SUDO_GID']);
  return (mode & BY_GROUP) !== 0 && !isOwnGroup;
}

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** `folder-unsafe`: others can write to it. */
export function writable(path: string, { mode }: Stats, option = USUAL_OPTION): XenwrightError {
  return failure('folder-unsafe.writable', EXIT.refused, {
    ...{ path, option },
    mode: (mode & PERMISSIONS).toString(8).padStart(4, '0'),
    command: commandLine(['chmod', 'go-w', path]),
  });
}

/** `folder-unsafe`: it is somebody else's. */
export function foreign(path: string, { uid }: Stats, option = USUAL_OPTION): XenwrightError {
  return failure('folder-unsafe.owner', EXIT.refused, {
    ...{ path, owner: uid, option },
    command: commandLine(['chown', '-R', 'root:', path]),
  });
}

/** `folder-unsafe`: it is a symbolic link. */
export async function linked(path: string, option = USUAL_OPTION): Promise<XenwrightError> {
  return failure('folder-unsafe.link', EXIT.refused, {
    ...{ path, option, target: await readlink(path).catch(() => '?') },
    command: commandLine(['rm', path]),
  });
}

/** `folder-unsafe`: what is written to it would be written to a file elsewhere, too. */
export function otherNames(path: string, option = USUAL_OPTION): XenwrightError {
  return failure('folder-unsafe.otherNames', EXIT.refused, {
    ...{ path, option },
    command: `${commandLine(['cp', '-a', path, `${path}.own`])} && ${commandLine(['mv', '-f', `${path}.own`, path])}`,
  });
}

/** `folder-unsafe` where this user may not open it; the error itself for everything else. */
export function accessible(error: unknown, path: string, option = USUAL_OPTION): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  return ['EACCES', 'EPERM'].includes(code)
    ? failure('folder-unsafe.access', EXIT.refused, { path, option }, { cause: error })
    : error;
}
