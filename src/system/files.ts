/** The files port: atomic, flushed writes and the few other things actions do with files. */
import { constants, type Stats } from 'node:fs';
import { access, lstat, mkdir, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { FilesPort } from '../actions/kind.ts';

/** The files of the machine this process runs on. */
export const localFiles: FilesPort = {
  async exists(path) {
    return await lstat(path).then(() => true, () => false);
  },
  async readText(path) {
    return await readFile(path, 'utf8');
  },
  async writeText(path, content, options = {}) {
    await mkdir(dirname(path), { recursive: true });
    const mode = options.mode === undefined ? 0o644 : Number.parseInt(options.mode, 8);
    await writeFileAtomic(path, content, { mode, fsync: true });
  },
  async makeDirectory(path, mode) {
    await mkdir(path, { recursive: true, ...(mode === undefined ? {} : { mode: Number.parseInt(mode, 8) }) });
  },
  async makeLink(path, target) {
    await mkdir(dirname(path), { recursive: true });
    await rm(path, { force: true });
    await symlink(target, path);
  },
  async remove(path) {
    await rm(path, { recursive: true, force: true });
  },
  async list(path) {
    return (await readdir(path)).sort();
  },
  rename,
  async sizeBytes(path) {
    return (await stat(path)).size;
  },
};

/** Can this process read the path? */
export async function isReadable(path: string): Promise<boolean> {
  return await access(path, constants.R_OK).then(() => true, () => false);
}

/** Stats, or null where there is nothing. */
export async function statOrNull(path: string): Promise<Stats | null> {
  return await stat(path).catch(() => null);
}
