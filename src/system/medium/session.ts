/**
 * The few things a session of the medium asks of the system: its texts, its lock, its key, and the bases that it
 * carries.
 */
import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { XenwrightError } from '../../errors.ts';
import { BUNDLED_BASES, probeBundledBases } from '../../facts/bundled-bases.ts';
import { MEDIUM_DEFAULTS, SESSION_FOLDER } from '../../medium/session/places.ts';
import { exec } from '../process/exec.ts';
import { BASES_FOLDER, SCRATCH_FOLDER } from '../run/install-targets.ts';
import { makeFolder } from '../files/own-files.ts';
import { openStore } from '../files/own-store.ts';
import { acquireLock } from '../files/lock.ts';
import { systemProbe } from '../process/probe-port.ts';

const SETTLE_SECONDS = 60;

export interface SessionTexts {
  readonly commandLine: string;
  /** Null: the medium has no defaults. */
  readonly defaults: string | null;
}

export async function sessionTexts(): Promise<SessionTexts> {
  return {
    commandLine: await readFile('/proc/cmdline', 'utf8'),
    defaults: await readFile(MEDIUM_DEFAULTS, 'utf8').catch(() => null),
  };
}

/** Is this the first console? Its lock goes with its process. */
export async function becomeMaster(): Promise<boolean> {
  await makeFolder(SESSION_FOLDER);
  try {
    await acquireLock(join(SESSION_FOLDER, 'master.lock'), { key: 'cli.places.session' });
    return true;
  } catch (error) {
    if (error instanceof XenwrightError && error.code === 'target-locked') return false;
    throw error;
  }
}

/** Bases on the medium that can be used stand in the store like those that were built. */
export async function showBundledBases(): Promise<void> {
  const { fit } = await probeBundledBases(systemProbe());
  if (fit.length === 0) return;
  await openStore({ bases: BASES_FOLDER, scratch: SCRATCH_FOLDER });
  for (const { hash } of fit)
    await symlink(join(BUNDLED_BASES, hash), join(BASES_FOLDER, hash)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
}

/** A file with the keys that a profile must be signed by. */
export async function keepPublicKeys(text: string): Promise<string> {
  const file = join(SESSION_FOLDER, 'trusted.pub');
  await writeFile(file, text.endsWith('\n') ? text : `${text}\n`, { mode: 0o600 });
  return file;
}

/**
 * Waits until the system has started udev and what stands on it, and udev has seen to everything that the kernel has
 * found. Throws what went wrong, after both.
 */
export async function settleDevices(run: typeof exec = exec): Promise<void> {
  const options = { timeoutMs: (SETTLE_SECONDS + 10) * 1000, quiet: true };
  // The session is there before them. A unit that is being started is waited for; one of its services that fails is no
  // reason not to wait for udev.
  const started = await run(['systemctl', 'start', 'basic.target'], options).catch((error: unknown) => error);
  await run(['udevadm', 'settle', `--timeout=${SETTLE_SECONDS}`], options);
  if (started instanceof Error) throw started;
}

/** Is there a volume with this label? udev keeps the list. */
export async function hasVolume(label: string): Promise<boolean> {
  return await stat(join('/dev/disk/by-label', label)).then(
    () => true,
    () => false,
  );
}

/** Only root has a /run/systemd of its own to work in. */
export async function isBootedBySystemd(): Promise<boolean> {
  return await stat('/run/systemd/system').then(
    () => true,
    () => false,
  );
}
