/** Breaks the hypervisor on an image's /boot in the ways that happen. Nothing is mounted. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Plan } from '../../../src/plan/plan.ts';
import { partitionsOf } from '../../plan/storage/devices.ts';
import { readInstalledDisk } from './installed-disk.ts';

/** The files of an image's /boot partition. */
interface BootFiles {
  readonly xen: string;
  read(path: string): Buffer;
  write(path: string, bytes: Uint8Array): void;
}

function bootFiles(image: string, folder: string): BootFiles {
  const plan = JSON.parse(readFileSync(`${image}.xenwright/plan.json`, 'utf8')) as Plan;
  const partition = partitionsOf(plan).find((part) => part.label === 'xw-boot');
  if (partition === undefined) throw new Error('the plan has no /boot');
  const device = `${image}?offset=${partition.startMiB * 1024 * 1024}`;
  const copy = join(folder, 'of-boot');
  const debugfs = (command: string, write = false): string =>
    execFileSync('debugfs', [...(write ? ['-w'] : []), '-R', command, device], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  const xen = /xen-[\d.]+-amd64\.gz/.exec(debugfs('ls -p /'))?.[0];
  if (xen === undefined) throw new Error('no hypervisor on /boot');
  return {
    xen: `/${xen}`,
    read(path) {
      debugfs(`dump ${path} ${copy}`);
      return readFileSync(copy);
    },
    write(path, bytes) {
      writeFileSync(copy, bytes);
      debugfs(`rm ${path}`, true);
      debugfs(`write ${copy} ${path}`, true);
    },
  };
}

/** Keeps the first half of /boot/xen-*.gz, as a full disk or a torn write would. */
export function breakXen(image: string, folder: string): void {
  const boot = bootFiles(image, folder);
  const bytes = boot.read(boot.xen);
  boot.write(boot.xen, bytes.subarray(0, Math.floor(bytes.length / 2)));
}

/** Gives Xen options with which it panics: a PVH Dom0 needs an IOMMU, and there is none. */
export function makeXenPanic(image: string, folder: string): void {
  const boot = bootFiles(image, folder);
  const menu = boot.read('/grub/grub.cfg').toString('utf8');
  boot.write('/grub/grub.cfg', Buffer.from(withOptionsInMenu(menu, 'dom0=pvh')));
}

/** Gives Xen options more, in the menu and in the script on the root volume (LVM) that update-grub makes it by. */
export function giveXenOptions(image: string, folder: string, options: string): void {
  const boot = bootFiles(image, folder);
  const menu = boot.read('/grub/grub.cfg').toString('utf8');
  boot.write('/grub/grub.cfg', Buffer.from(withOptionsInMenu(menu, options)));
  const root = readInstalledDisk(image);
  const path = '/etc/grub.d/09_xenwright';
  const copy = join(folder, 'of-root');
  writeFileSync(copy, withOptionsInScript(root.file('root', path) ?? '', options));
  // What is written has the permissions of its source.
  chmodSync(copy, 0o755);
  for (const command of [`rm ${path}`, `write ${copy} ${path}`])
    execFileSync('debugfs', ['-w', '-R', command, root.place('root')], { stdio: ['ignore', 'pipe', 'ignore'] });
}

/** grub.cfg with more options at the end of Xen's. */
export function withOptionsInMenu(menu: string, options: string): string {
  return changed(
    menu,
    /^(\s*multiboot2\s+\S+\s+placeholder .*?)( \$\{xen_rm_opts\})?$/gm,
    `$1 ${options}$2`,
    'grub.cfg',
  );
}

/** The script that makes the menu, with more options at the end of Xen's. */
export function withOptionsInScript(script: string, options: string): string {
  return changed(script, /^(xen_arguments='.*)'$/gm, `$1 ${options}'`, 'the script of the menu');
}

function changed(text: string, where: RegExp, by: string, name: string): string {
  const after = text.replaceAll(where, by);
  if (after === text) throw new Error(`${name} starts no Xen`);
  return after;
}

/** Puts something in Xen's place that GRUB starts, checksum and all, and that never says or does anything. */
export function makeXenHang(image: string, folder: string): void {
  replaceXen(image, folder, hangingKernel());
}

/** Puts something in Xen's place that has the right checksum and that GRUB cannot load. */
export function makeXenUnloadable(image: string, folder: string): void {
  replaceXen(image, folder, Buffer.from('no hypervisor at all'));
}

function replaceXen(image: string, folder: string, kernel: Uint8Array): void {
  const boot = bootFiles(image, folder);
  const xen = gzipSync(kernel);
  boot.write(boot.xen, xen);
  boot.write(
    '/grub/xenwright.sha256',
    Buffer.from(`${createHash('sha256').update(xen).digest('hex')}  ${boot.xen.slice(1)}\n`),
  );
}

/** A multiboot2 kernel in a small ELF file: cli, then hlt for ever. */
function hangingKernel(): Buffer {
  const [start, header, code] = [0x200000, 96, 128];
  const file = Buffer.alloc(256);
  // ELF header: 32 bits, little endian, executable, x86; one program header that loads the whole file; one empty
  // section, which GRUB wants.
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(3, 18);
  file.writeUInt32LE(1, 20);
  file.writeUInt32LE(start + code, 24);
  file.writeUInt32LE(52, 28);
  file.writeUInt32LE(160, 32);
  for (const [at, value] of [
    [40, 52],
    [42, 32],
    [44, 1],
    [46, 40],
    [48, 1],
  ] as const)
    file.writeUInt16LE(value, at);
  for (const [index, value] of [1, 0, start, start, file.length, file.length, 5, 4096].entries())
    file.writeUInt32LE(value, 52 + index * 4);
  const magic = 0xe85250d6;
  for (const [index, value] of [magic, 0, 24, 2 ** 32 - magic - 24, 0, 8].entries())
    file.writeUInt32LE(value >>> 0, header + index * 4);
  file.set([0xfa, 0xf4, 0xeb, 0xfd], code);
  return file;
}
