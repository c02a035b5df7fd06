/** Files of one folder for those who ask by network: never one outside it, however links point. */
import { open, realpath } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { ServedFile } from '../../rack/ports.ts';

/** Null where there is no such file that may be read. */
export async function openServedFile(folder: string, parts: readonly string[]): Promise<ServedFile | null> {
  try {
    const [root, path] = [await realpath(folder), await realpath(join(folder, ...parts))];
    if (
      !path.startsWith(root.endsWith(sep) ? root : root + sep) ||
      path
        .slice(root.length)
        .split(sep)
        .some((part) => part.startsWith('.'))
    )
      return null;
    const file = await open(path, 'r');
    const stats = await file.stat();
    if (!stats.isFile()) {
      await file.close();
      return null;
    }
    return {
      sizeBytes: stats.size,
      modified: stats.mtime,
      async read(range) {
        if (range !== null && range.end >= range.start)
          return file.createReadStream({ ...range, highWaterMark: 1024 * 1024 });
        await file.close();
        return null;
      },
    };
  } catch {
    return null;
  }
}
