/**
 * Boot media for lab tests: one built per process, and machines that boot from one until a session speaks on their
 * console.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { accelerator } from '../../../src/system/vm/accelerator.ts';
import { startMachine } from '../../../src/system/vm/qemu.ts';
import { cli } from './cli.ts';
import { SESSION, watch } from './watch.ts';

const BOOT_LIMIT_MS = 8 * 60_000;
const POLL_MS = 500;
const LOST = /Xenwright: .*|Kernel panic/;
const FAILED = /^FAILED: /m;

/** Builds a medium with a serial console and without firmware; gives the paths of the image and of the netboot set. */
export async function buildMediumIn(
  folder: string,
  name = 'medium',
): Promise<{ readonly iso: string; readonly netboot: string }> {
  const [iso, netboot] = [join(folder, `${name}.iso`), join(folder, `${name}-netboot`)];
  const run = await cli(
    folder,
    'medium',
    'build',
    '--output',
    iso,
    '--netboot',
    netboot,
    '--no-firmware',
    '--serial',
    'ttyS0',
  );
  if (run.code !== 0) throw new Error(run.err);
  return { iso, netboot };
}

/** The sum of an image as it stands beside it where it was built: what a profile names it by. */
export function sumOf(iso: string): string {
  return (JSON.parse(readFileSync(`${iso}.manifest.json`, 'utf8')) as { image: { sha256: string } }).image.sha256;
}

/** Boots and waits; gives the seconds until the session spoke. Throws with the console's end when it does not. */
export async function bootToSession(folder: string, name: string, args: readonly string[]): Promise<number> {
  const machine = await startMachine({
    transcript: join(folder, `${name}.log`),
    port: false,
    arguments: [
      ...(await accelerator()),
      '-machine',
      'q35',
      '-smp',
      '2',
      '-m',
      '2048',
      '-no-reboot',
      '-vga',
      'none',
      ...args,
    ],
  });
  let gone = false;
  void machine.gone.then(() => {
    gone = true;
  });
  const startedMs = Date.now();
  try {
    while (!gone && Date.now() - startedMs < BOOT_LIMIT_MS) {
      const tail = machine.tail();
      if (LOST.test(tail)) break;
      if (SESSION.test(tail)) return (Date.now() - startedMs) / 1000;
      await new Promise((resolve) => {
        setTimeout(resolve, POLL_MS);
      });
    }
    throw new Error(`no session on the console of ${name}:\n${machine.tail()}`);
  } finally {
    machine.kill();
    await machine.gone;
  }
}

/**
 * Boots and waits until the console has this, or the machine ends; gives all that it said. Throws after the limit.
 * `-no-reboot`: a restart ends it.
 */
export async function bootUntil(
  folder: string,
  name: string,
  args: readonly string[],
  wanted: RegExp,
  limitMs: number,
): Promise<{ readonly console: string }> {
  // What comes after it may be a restart: the disk is whole only then.
  const console = await watch({ folder, name, machine: args, limitMs }, (said, isGone) => {
    if (isGone) return 'over';
    if (wanted.test(said)) return 'settle';
    if (FAILED.test(said)) throw new Error(`${name} failed:\n${said.slice(-6000)}`);
    return 'wait';
  });
  return { console };
}
