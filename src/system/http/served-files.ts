/**
 * Files of one folder for those who ask by network: never one outside it, however links point, and never what is no
 * business of theirs: hidden files, what was received, state of runs, secrets.
 */
import { constants } from 'node:fs';
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import type { OpenFile, ServedFile } from '../../rack/ports.ts';

export interface Withheld {
  /** Folders directly below the served one. */
  readonly folders: readonly string[];
  /** Paths of files that are handed out under no name, by whatever link; they may be elsewhere. */
  readonly files: readonly string[];
}

/** What the other end has not taken yet is in memory. */
const PIECE_BYTES = 128 * 1024;
/** A file of these, and the journal beside it, are a run's state (src/system/run/state.ts). */
const STATE_FILES = ['journal.ndjson', 'plan.json'];
const KEY_LOOK_BYTES = 16 * 1024;
const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----|-----BEGIN PGP PRIVATE KEY BLOCK-----/;
/** What says that there is no such file; anything else is a fault of this machine. */
const ABSENT = new Set(['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG', 'EISDIR', 'ENXIO', 'EINVAL']);

export function servedFilesOf(folder: string, withheld: Withheld): OpenFile {
  return async (parts) => {
    try {
      return await openServedFile(folder, parts, withheld);
    } catch (error) {
      if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return null;
      throw error;
    }
  };
}

/** Null where there is no such file that may be read. */
async function openServedFile(
  folder: string,
  parts: readonly string[],
  withheld: Withheld,
): Promise<ServedFile | null> {
  const root = await realpath(folder);
  const path = await realpath(join(folder, ...parts));
  const below = relative(root, path).split(sep);
  if (below[0] === '..' || withheld.folders.includes(below[0] ?? '') || below.some((part) => part.startsWith('.')))
    return null;
  if (await isInState(root, path)) return null;
  // A pipe would wait for whoever writes to it; and what was a file a moment ago may be a link now.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  const stats = await file.stat();
  const isWithheld = !stats.isFile() || (await isSecret(file, stats, withheld.files).catch(() => true));
  if (isWithheld) {
    await file.close();
    return null;
  }
  return {
    sizeBytes: stats.size,
    modified: stats.mtime,
    async read(range) {
      if (range !== null && range.end >= range.start)
        return file.createReadStream({ ...range, highWaterMark: PIECE_BYTES });
      await file.close();
      return null;
    },
  };
}

/** In the folder of a run, or below it: its journal, events, facts and answers are not for everybody. */
async function isInState(root: string, path: string): Promise<boolean> {
  for (let at = dirname(path); at === root || at.startsWith(root.endsWith(sep) ? root : root + sep); at = dirname(at)) {
    const found = await Promise.all(
      STATE_FILES.map(
        async (name) =>
          await stat(join(at, name)).then(
            () => true,
            () => false,
          ),
      ),
    );
    if (found.every((isThere) => isThere)) return true;
    if (at === root) return false;
  }
  return false;
}

async function isSecret(
  file: FileHandle,
  { dev, ino, size }: { readonly dev: number; readonly ino: number; readonly size: number },
  secrets: readonly string[],
): Promise<boolean> {
  for (const secret of secrets) {
    const known = await stat(secret).catch(() => null);
    if (known !== null && known.dev === dev && known.ino === ino) return true;
  }
  if (size > KEY_LOOK_BYTES) return false;
  const bytes = Buffer.alloc(Number(size));
  await file.read(bytes, 0, bytes.length, 0);
  return PRIVATE_KEY.test(bytes.toString('latin1'));
}
