/**
 * A medium's netboot set for lab tests: its kernel and initrd straight into a machine, with kernel options of the
 * test's own, on disks that must stay blank.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, ftruncateSync, openSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { cli } from './cli.ts';
import { bootToEnd } from './cut.ts';

export interface NetbootSet {
  readonly iso: string;
  readonly folder: string;
  readonly kernel: string;
  /** The initrd with the squashfs in it, as a boot loader puts them together. */
  readonly initrd: string;
}

/** What the kernel says last of all, whatever else is quiet. */
export const POWERED_OFF = 'reboot: Power down';
const LIMIT_MS = 10 * 60_000;
/** cpio's archives begin at multiples of 4 bytes. */
const TOGETHER =
  'cd "$1" && { cat initrd.img; head -c $(( (4 - $(stat -c %s initrd.img) % 4) % 4 )) /dev/zero; echo xenwright.squashfs | cpio --quiet -o -H newc; } >"$2"';

/** Builds a medium without firmware and its netboot set; `more` are further options of `medium build`. */
export async function buildNetboot(folder: string, ...more: readonly string[]): Promise<NetbootSet> {
  const [iso, netboot, initrd] = [
    join(folder, 'medium.iso'),
    join(folder, 'netboot'),
    join(folder, 'whole-initrd.img'),
  ];
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
    ...more,
  );
  if (run.code !== 0) throw new Error(run.err);
  execFileSync('sh', ['-c', TOGETHER, 'sh', netboot, initrd], { stdio: ['ignore', 'ignore', 'inherit'] });
  return { iso, folder: netboot, kernel: join(netboot, 'vmlinuz'), initrd };
}

/** QEMU's arguments; an option with a space in it is put in quotes for the kernel. */
export function netbootArguments(set: NetbootSet, options: readonly string[]): string[] {
  const words = options.map((option) => (option.includes(' ') ? `"xenwright.${option}"` : `xenwright.${option}`));
  return [
    '-m',
    '3072',
    '-kernel',
    set.kernel,
    '-initrd',
    set.initrd,
    '-append',
    ['boot=xenwright quiet systemd.ssh_auto=no panic=60 console=ttyS0,115200', ...words].join(' '),
  ];
}

/** A disk of this size with nothing on it. */
export function blankDisk(folder: string, name: string, sizeGiB = 8): string {
  const path = join(folder, `${name}.img`);
  const file = openSync(path, 'w');
  ftruncateSync(file, sizeGiB * 1024 ** 3);
  closeSync(file);
  return path;
}

/** A sparse file without a block: nothing was ever written to it, not even zeros. */
export function isUntouched(disk: string): boolean {
  return statSync(disk).blocks === 0;
}

export function diskArguments(disk: string, serial = 'rack-0'): string[] {
  return [
    '-drive',
    `file=${disk},if=none,id=${serial},format=raw,cache=unsafe`,
    '-device',
    `virtio-blk-pci,drive=${serial},serial=${serial}`,
  ];
}

export function nicArguments(mac: string): string[] {
  return ['-nic', `user,model=virtio-net-pci,mac=${mac}`];
}

/**
 * Boots the set with a blank disk and `xenwright.on-error=poweroff`, until the machine has ended by itself; gives what
 * the console said, and whether the disk is as it was.
 */
export async function bootRefused(
  folder: string,
  name: string,
  set: NetbootSet,
  options: readonly string[],
  more: readonly string[] = nicArguments('52:54:00:00:00:01'),
): Promise<{ readonly console: string; readonly untouched: boolean }> {
  const disk = blankDisk(folder, name);
  const console = await bootToEnd(
    folder,
    name,
    [...netbootArguments(set, [...options, 'on-error=poweroff']), ...diskArguments(disk), ...more],
    LIMIT_MS,
  );
  if (!console.includes(POWERED_OFF)) throw new Error(`${name} was not powered off:\n${console.slice(-6000)}`);
  return { console, untouched: isUntouched(disk) };
}
