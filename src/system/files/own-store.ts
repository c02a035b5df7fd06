/**
 * The store of bases: whole systems that are written to disks and started as root. Nobody else may have put one there.
 * Once its folder is ours alone nothing in it changes behind our back: what is in it is looked at once, when it is
 * opened.
 */
import type { Stats } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { EXIT, failure } from '../../errors.ts';
import { makeFolder, refuseUnsafeFolder } from './own-files.ts';
import { foreign, isOnMedium, isOurs, mayAnybodyReplace, mayOthersWrite, writable } from './ownership.ts';

const OPTION = 'XENWRIGHT_BASES=FOLDER';
/** apt and mmdebstrap drop root's rights, and still have to get to what they build. */
const MODE = 0o755;
/** What we take from a store by its name: bases, also half built ones and their locks, packages, disks of tools. */
const OURS = /^(?:[0-9a-f]{64}(?:\.|$)|packages$|tools-)/;
const BASE = /^[0-9a-f]{64}$/;

/**
 * Makes the folders that bases are built in and kept in, where they are missing. Throws `folder-unsafe` (exit 4) also
 * for what is in the store already and is somebody else's.
 */
export async function openStore(place: { readonly bases: string; readonly scratch: string }): Promise<void> {
  await makeFolder(place.bases, { mode: MODE, option: OPTION });
  await makeFolder(place.scratch, { mode: MODE, option: OPTION });
  await refuseUnsafeStore(place.bases);
}

/** The same of a store that is only looked into. One that is not there is no harm. */
export async function refuseUnsafeStore(folder: string): Promise<void> {
  await refuseUnsafeFolder(folder, { option: OPTION });
  const whole = resolve(folder);
  for (let above = dirname(whole); above !== dirname(above); above = dirname(above)) {
    const stats = await lookedAt(above, stat);
    if (stats !== null && (await mayAnybodyReplace(above, stats))) throw writable(above, stats, OPTION);
  }
  for (const name of await namesIn(folder)) {
    if (!OURS.test(name)) continue;
    const path = join(folder, name);
    if (!(await isFolderOfOurs(path))) continue;
    for (const inside of await namesIn(path)) await refuseUnsafeEntry(join(path, inside));
  }
}

/** Throws where it is not ours; a link is followed, for finished bases of a medium are linked into the store. */
async function isFolderOfOurs(path: string): Promise<boolean> {
  const stats = await refuseUnsafeEntry(path, BASE.test(basename(path)));
  if (stats === null || !stats.isSymbolicLink()) return stats?.isDirectory() === true;
  // The medium may be gone.
  const there = await lookedAt(path, stat);
  if (there === null || (await isOnMedium(path))) return false;
  await refuseUnsafeStats(path, there);
  return there.isDirectory();
}

async function refuseUnsafeEntry(path: string, mayBeLink = false): Promise<Stats | null> {
  const stats = await lookedAt(path, lstat);
  if (stats === null) return null;
  if (!stats.isFile() && !stats.isDirectory() && !(mayBeLink && stats.isSymbolicLink()))
    throw failure('folder-unsafe.noFile', EXIT.refused, { path, option: OPTION });
  await refuseUnsafeStats(path, stats);
  return stats;
}

async function refuseUnsafeStats(path: string, stats: Stats): Promise<void> {
  if (!(await isOurs(stats, join(path, '..')))) throw foreign(path, stats, OPTION);
  // A link has no mode of its own.
  if (!stats.isSymbolicLink() && mayOthersWrite(stats)) throw writable(path, stats, OPTION);
}

/** Another run may have finished with it by now. */
async function lookedAt(path: string, look: (path: string) => Promise<Stats>): Promise<Stats | null> {
  return await look(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
}

async function namesIn(folder: string): Promise<string[]> {
  return await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
