/**
 * Empty folders for trees that are being built, in memory where there is plenty. When this process is killed, a keeper
 * beside it takes them down; when that was killed too, the next process does.
 */
import { spawn } from 'node:child_process';
import { mkdir, readdir, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { availableMemory } from 'node:process';
import type { TreeFolder } from '../../actions/kind.ts';
import { exec } from '../process/exec.ts';
import { acquireLock, type Lock } from './lock.ts';
import { MEMORY_FILESYSTEMS, mountPointsBelow } from '../disk/mount-table.ts';

const MIB = 2 ** 20;
const LOCK = /^(.+)\.memory$/;
/** What this process has promised to folders that are in memory now. */
const promisedMiB = new Map<string, number>();

/** Makes the folder, empty; `sizeFor` says how large it may get in memory (null: it stays on the disk). */
export async function treeFolder(
  folder: string,
  sizeFor: (availableMiB: number, promisedMiB: number) => number | null,
): Promise<TreeFolder> {
  await mkdir(dirname(folder), { recursive: true });
  await takeDownLeftOver(dirname(folder));
  await remove(folder);
  await mkdir(folder, { mode: 0o755 });
  const sizeMiB = sizeFor(
    Math.floor(availableMemory() / MIB),
    [...promisedMiB.values()].reduce((sum, size) => sum + size, 0),
  );
  let lock =
    sizeMiB === null || MEMORY_FILESYSTEMS.has((await statfs(folder)).type) ? null : await mountMemory(folder, sizeMiB);
  return {
    path: folder,
    isInMemory: lock !== null,
    release: async () => {
      const held = lock;
      lock = null;
      if (held === null) return await remove(folder);
      await takeDown(folder, held.lock);
      held.letKeeperGo();
      await remove(folder);
    },
  };
}

interface Held {
  readonly lock: Lock;
  letKeeperGo(): void;
}

/** Null: mounting is not allowed here. */
async function mountMemory(folder: string, sizeMiB: number): Promise<Held | null> {
  promisedMiB.set(folder, sizeMiB);
  const lock = await acquireLock(`${folder}.memory`, folder);
  try {
    await exec(['mount', '-t', 'tmpfs', '-o', `size=${sizeMiB}m,mode=0755`, 'xenwright-tree', folder], { quiet: true });
    return { lock, letKeeperGo: keep(folder, lock.path) };
  } catch {
    await takeDown(folder, lock);
    return null;
  }
}

/** It hears of this process's end by the end of its input, and not of Ctrl-C. Gives what ends it when all is taken down. */
function keep(folder: string, lock: string): () => void {
  const keeper = spawn(
    'sh',
    ['-c', 'read -r word && exit 0; umount -l "$1" && rmdir "$1"; rm -f "$2"', 'sh', folder, lock],
    { cwd: '/', detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
  );
  keeper.on('error', () => undefined).unref();
  keeper.stdin.on('error', () => undefined);
  return () => {
    keeper.stdin.end('done\n');
  };
}

async function takeDownLeftOver(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const folder = LOCK.exec(name)?.[1];
    if (folder === undefined) continue;
    const lock = await acquireLock(join(parent, name), folder).catch(() => null);
    if (lock !== null) await takeDown(join(parent, folder), lock);
  }
}

/** What still holds on to it (a daemon of a package script) keeps the memory until it ends, and nothing else. */
async function takeDown(folder: string, lock: Lock): Promise<void> {
  if ((await mountPointsBelow(folder)).includes(folder)) await exec(['umount', '-l', folder], { quiet: true });
  promisedMiB.delete(folder);
  await lock.release();
}

/** Never through a mount, should one be left in it. */
async function remove(folder: string): Promise<void> {
  await exec(['rm', '-rf', '--one-file-system', folder], { quiet: true });
}
