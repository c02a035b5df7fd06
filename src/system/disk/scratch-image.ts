/** Images that live as long as one rehearsal. */
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../files/own-files.ts';

const FOLDER = '/var/cache/xenwright/scratch';

/** A path in a fresh folder. */
export async function scratchImage(): Promise<string> {
  // The scratch folder of builds, which apt gets to without root's rights.
  await makeFolder(FOLDER, { mode: 0o755 });
  return join(await mkdtemp(join(FOLDER, 'rehearsal-')), 'host.img');
}

/** Removes the folder with all that lies beside the image. */
export async function removeImage(image: string): Promise<void> {
  await rm(dirname(image), { recursive: true, force: true });
}
