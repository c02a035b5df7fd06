/**
 * What is made of the very program that runs and kept in the store of bases, by the sum of the program: the disk of the
 * appliance's tools, the package for hosts. What nobody uses any more is removed when another is made.
 */
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { statOrNull } from './files.ts';

const NAME = /^tools-[0-9a-f]{16}\.(img|deb)/;
/** No run takes longer than this: what was used since may be in use still. */
const IN_USE_MS = 24 * 3600_000;

/** Of a file. */
export async function hashOfFile(file: string): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash;
}

/** Of the program's file and its Node.js; more may be added. */
export async function hashOfProgram(file: string): Promise<Hash> {
  return (await hashOfFile(file)).update(process.version);
}

/** Is it there? Then it is marked as used now, where that can be written down. */
export async function isThereStill(path: string): Promise<boolean> {
  const now = new Date();
  return await utimes(path, now, now).then(
    () => true,
    async () => (await statOrNull(path)) !== null,
  );
}

/** Of programs that have not run here for a day. */
export async function removeOldTools(store: string): Promise<void> {
  for (const name of await readdir(store)) {
    if (!NAME.test(name)) continue;
    const path = join(store, name);
    const known = await stat(path).catch(() => null);
    if (known !== null && Date.now() - known.mtimeMs > IN_USE_MS) await rm(path, { recursive: true, force: true });
  }
}
