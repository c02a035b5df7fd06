/** One file onto a USB drive: mounted where nobody else looks, written, flushed, unmounted. Then it can be pulled out. */
import { mkdtemp, open, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import { isOwnerless, type UsbDrive } from '../../facts/usb-drives.ts';
import { exec } from '../process/exec.ts';

const MOUNT_MS = 60_000;
/** Sticks are slow, and what is still in memory of other writers goes out too. */
const FLUSH_MS = 300_000;

/** Gives the name the file got: one that is there already is never overwritten. */
export async function writeToUsbDrive(
  { device, type }: UsbDrive,
  name: string,
  text: string | Uint8Array,
): Promise<string> {
  if (process.getuid?.() !== 0) throw failure('needs-root.usbDrive', EXIT.refused);
  const folder = await mkdtemp(join(tmpdir(), 'xenwright-usb-drive-'));
  try {
    // Where files have no owners, only root reads them while it is mounted here.
    await run(
      [
        'mount',
        ...(type === 'ntfs' ? [] : ['-t', type]),
        '-o',
        ['rw', 'nosuid', 'nodev', 'noexec', ...(isOwnerless(type) ? ['fmask=0177', 'dmask=0077'] : [])].join(','),
        device,
        folder,
      ],
      MOUNT_MS,
    );
    try {
      return await writeBytesNew(folder, name, text);
    } finally {
      await run(['sync', '-f', folder], FLUSH_MS);
      await run(['umount', folder], FLUSH_MS);
    }
  } finally {
    // Empty unless it could not be unmounted: then it must stay.
    await rmdir(folder).catch(() => undefined);
  }
}

/** For its owner alone. Gives the name the file got: one that is there already is never overwritten. */
export async function writeBytesNew(folder: string, name: string, text: string | Uint8Array): Promise<string> {
  for (let number = 1; ; number++) {
    const free = number === 1 ? name : name.replace(/(\.ya?ml|\.tar\.gz)?$/, `-${number}$1`);
    const file = await open(join(folder, free), 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return null;
      throw error;
    });
    if (file === null) continue;
    try {
      await file.writeFile(text);
      await file.sync();
      return free;
    } catch (error) {
      // Half a profile is worse than none.
      await rm(join(folder, free), { force: true });
      throw error;
    } finally {
      await file.close();
    }
  }
}

/** The first line of what the command said is what people can do something about. */
async function run(argv: readonly string[], timeoutMs: number): Promise<void> {
  await exec(argv, { timeoutMs, quiet: true }).catch((error: unknown) => {
    const said = error instanceof XenwrightError ? error.lastLines.find((line) => line.trim() !== '') : undefined;
    throw error instanceof XenwrightError && said !== undefined
      ? failure('command-failed.said', error.exit, { line: said.trim() }, { cause: error })
      : error;
  });
}
