/** A folder that only its owner can read. */
import { mkdir } from 'node:fs/promises';

/** Makes it where it is missing and gives its path. */
export async function makeFolder(path: string): Promise<string> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  return path;
}
