/** The appliance's second disk: Node.js, the program and the init, apart from the base, since they change more often. */
import init from '../../../assets/appliance/init.sh' with { type: 'text' };
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, cp, mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { exec } from '../process/exec.ts';
import { piecesOf } from '../process/program-pieces.ts';

const NAME = /^tools-[0-9a-f]{16}\.img/;
/** No run takes longer than this: what was used since may be in use still. */
const IN_USE_MS = 24 * 3600_000;
/** Named one by one: the defaults are this machine's, the kernel that mounts it is another's. */
const FEATURES = 'none,ext_attr,dir_index,filetype,extent,sparse_super,large_file';
const SLACK_MIB = 24;

/**
 * `bundle`: the script; null for the single executable that runs here. Gives its path in `store`; made when the program
 * or Node.js has changed. Images that nobody uses any more are removed.
 */
export async function toolsImage(store: string, bundle: string | null): Promise<string> {
  const hash = (await hashOf(bundle ?? process.execPath))
    .update(process.version)
    .update(init)
    .digest('hex')
    .slice(0, 16);
  const image = join(store, `tools-${hash}.img`);
  const now = new Date();
  if (
    await utimes(image, now, now).then(
      () => true,
      () => false,
    )
  )
    return image;
  await mkdir(store, { recursive: true });
  await removeOld(store, now.getTime());
  const partial = `${image}.partial-${process.pid}`;
  const folder = `${partial}.tree`;
  await mkdir(folder, { recursive: true });
  try {
    await copyFile(process.execPath, join(folder, bundle === null ? 'xenwright' : 'node'));
    if (bundle !== null) await copyBundle(bundle, folder);
    await writeFileAtomic(join(folder, 'init'), init);
    const bytes = await bytesBelow(folder);
    const sizeMiB = Math.ceil((bytes / 1024 ** 2) * 1.03) + SLACK_MIB;
    await exec(
      [
        'mke2fs',
        '-q',
        '-F',
        '-t',
        'ext4',
        '-O',
        FEATURES,
        '-b',
        '4096',
        '-m',
        '0',
        '-N',
        '64',
        '-d',
        folder,
        partial,
        `${sizeMiB}M`,
      ],
      { quiet: true },
    );
    await rename(partial, image);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(partial, { force: true });
  }
  return image;
}

async function copyBundle(bundle: string, folder: string): Promise<void> {
  await copyFile(bundle, join(folder, 'xenwright.mjs'));
  const pieces = await piecesOf(bundle);
  if (pieces !== null) await cp(pieces.folder, join(folder, pieces.name), { recursive: true });
}

async function bytesBelow(folder: string): Promise<number> {
  const names = await readdir(folder, { recursive: true });
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Of a bundle its first file is enough: it names its pieces by a hash of them. */
async function hashOf(file: string): Promise<Hash> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash;
}

async function removeOld(store: string, nowMs: number): Promise<void> {
  for (const name of await readdir(store)) {
    if (!NAME.test(name)) continue;
    const path = join(store, name);
    const known = await stat(path).catch(() => null);
    if (known !== null && nowMs - known.mtimeMs > IN_USE_MS) await rm(path, { recursive: true, force: true });
  }
}
