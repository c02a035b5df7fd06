/** The files port: atomic, flushed writes and the few other things actions do with files. */
import type { Stats } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, open, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { FilesPort } from '../../actions/kind.ts';

/** The files of the machine this process runs on. */
export const localFiles: FilesPort = {
  async exists(path) {
    return await lstat(path).then(
      () => true,
      () => false,
    );
  },
  async readText(path) {
    return await readFile(path, 'utf8');
  },
  async writeText(path, content, options = {}) {
    await mkdir(dirname(path), { recursive: true });
    const mode = options.mode === undefined ? 0o644 : Number.parseInt(options.mode, 8);
    await writeFileAtomic(path, content, { mode, fsync: true });
    await flushFolder(dirname(path));
  },
  async makeDirectory(path, mode) {
    await mkdir(path, { recursive: true });
    // mkdir's own mode is cut by the umask, and it leaves a folder alone that is there already.
    if (mode !== undefined) await chmod(path, Number.parseInt(mode, 8));
  },
  async makeLink(path, target) {
    await mkdir(dirname(path), { recursive: true });
    const beside = `${path}.${randomUUID().slice(0, 8)}`;
    await symlink(target, beside);
    await rename(beside, path);
    await flushFolder(dirname(path));
  },
  async remove(path) {
    await rm(path, { recursive: true, force: true });
  },
  async list(path) {
    return (await readdir(path)).sort();
  },
  async rename(from, to) {
    await rename(from, to);
    await flushFolder(dirname(to));
  },
  async sizeBytes(path) {
    return (await stat(path)).size;
  },
};

/** A name in a folder survives a power cut only when the folder itself is flushed. */
async function flushFolder(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}

/** Stats, or null where there is nothing. */
export async function statOrNull(path: string): Promise<Stats | null> {
  return await stat(path).catch(() => null);
}
