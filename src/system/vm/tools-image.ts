/** The appliance's second disk: Node.js, the program and the init, apart from the base, since they change more often. */
import init from '../../../assets/appliance/init.sh' with { type: 'text' };
import { copyFile, cp, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { hashOfProgram, isThereStill, removeOldTools } from '../files/stored-tools.ts';
import { exec } from '../process/exec.ts';
import { piecesOf } from '../process/program-pieces.ts';

/** Named one by one: the defaults are this machine's, the kernel that mounts it is another's. */
const FEATURES = 'none,ext_attr,dir_index,filetype,extent,sparse_super,large_file';
const SLACK_MIB = 24;

/**
 * `bundle`: the script; null for the single executable that runs here. Gives its path in `store`; made when the program
 * or Node.js has changed. Images that nobody uses any more are removed.
 */
export async function toolsImage(store: string, bundle: string | null): Promise<string> {
  // Of a bundle its first file is enough: it names its pieces by a hash of them.
  const hash = (await hashOfProgram(bundle ?? process.execPath)).update(init).digest('hex').slice(0, 16);
  const image = join(store, `tools-${hash}.img`);
  if (await isThereStill(image)) return image;
  await mkdir(store, { recursive: true });
  await removeOldTools(store);
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
