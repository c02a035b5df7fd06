/** The files port: atomic, flushed writes and the few other things actions do with files. */
import { constants, type Stats } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { chmod, lstat, mkdir, open, readFile, readdir, rename, rm, stat, symlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import type { FilesPort } from '../../actions/kind.ts';

/** The longest text that is read whole. */
const LONGEST_BYTES = 256 * 1024 * 1024;

/** The files of the machine this process runs on. */
export const localFiles: FilesPort = {
  async exists(path) {
    return await lstat(path).then(
      () => true,
      () => false,
    );
  },
  async readText(path) {
    return (await readOrdinary(path)).toString('utf8');
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

/**
 * The bytes of an ordinary file. What others may have put in its place, such as a pipe, is not waited for: EINVAL; nor
 * is what no memory holds read: EFBIG.
 */
export async function readOrdinary(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw refusal('EISDIR', `${path} is a folder`);
    if (!stats.isFile()) throw refusal('EINVAL', `${path} is not an ordinary file`);
    if (stats.size > LONGEST_BYTES) throw refusal('EFBIG', `${path} is too large`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** The text of a file that somebody has named: a pipe, too, such as a shell's `<(command)`. */
export async function readNamed(path: string): Promise<string> {
  return await readFile(path, 'utf8');
}

function refusal(code: string, message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code });
}

/** Stats, or null where there is nothing. */
export async function statOrNull(path: string): Promise<Stats | null> {
  return await stat(path).catch(() => null);
}
