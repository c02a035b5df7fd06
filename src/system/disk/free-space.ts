/** What a filesystem has left. */
import { statfs } from 'node:fs/promises';

/** MiB that root can still write where this path is; null: not known. */
export async function freeMiBAt(path: string): Promise<number | null> {
  const found = await statfs(path).catch(() => null);
  return found === null ? null : Math.floor((found.bavail * found.bsize) / 1024 ** 2);
}
