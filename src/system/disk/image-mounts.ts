/** Can this machine mount a filesystem that lies in a file? Containers often cannot, whoever asks. It is tried. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import probe from '../../../assets/build/image-mount-probe.sh' with { type: 'text' };
import { exec } from '../process/exec.ts';

const LIMIT_MS = 20_000;

let known: Promise<boolean> | null = null;

/** Only root can. The answer is kept for the life of the process: a review and its run must not have two. */
export function mountsImages(): Promise<boolean> {
  known ??= tryToMount();
  return known;
}

/** In a mount namespace of its own: nothing of it is seen, and nothing stays. */
async function tryToMount(): Promise<boolean> {
  if (process.getuid?.() !== 0) return false;
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-mounts-'));
  try {
    await exec(['unshare', '--mount', 'sh', '-e', '-c', probe, 'sh', folder], { quiet: true, timeoutMs: LIMIT_MS });
    return true;
  } catch {
    return false;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
