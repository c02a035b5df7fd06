/**
 * The tools an install runs, on a system that nobody prepared for it, such as a hoster's rescue system: what is missing is named
 * with what it is for, and installed by the system's own package manager when a person agrees, or when nobody is there to ask.
 */
import { EXIT, XenwrightError } from '../errors.ts';
import { ask } from './ask.ts';
import { exec, findTool } from './exec.ts';
import { packageFor } from './tool-packages.ts';

/** What a tool is for, in words that follow its name. */
export type Wanted = Readonly<Record<string, string>>;

/** Only where bases are still to be built. */
export const BUILD_TOOLS: Wanted = {
  mmdebstrap: 'builds systems from packages', 'apt-get': 'fetches packages for mmdebstrap', gpgv: 'verifies the signatures of packages', '/usr/share/keyrings/debian-archive-keyring.gpg': 'the keys that they are verified with',
  tar: 'unpacks systems', unshare: 'keeps a build apart from this system',
};
/** On the disks of the machine at hand. Old LVM and RAID must be seen, too, before anything is decided about a disk. */
export const DISK_TOOLS: Wanted = {
  lsblk: 'lists disks', wipefs: 'tells what is on a disk', sgdisk: 'partitions disks', sfdisk: 'reads partitions back', partx: 'tells the kernel of partitions', udevadm: 'names disks',
  lvm: 'makes volumes, and sees old ones', blkdiscard: 'zeroes volumes', mdadm: 'ends old RAID', 'mkfs.vfat': 'makes the EFI system partition', mke2fs: 'makes ext4', e2fsck: 'checks ext4', openssl: 'hashes passwords',
};
/** Into a disk image. */
export const IMAGE_TOOLS: Wanted = { mke2fs: 'makes ext4', openssl: 'hashes passwords', 'qemu-system-x86_64': 'carries the small machine that writes the image' };
/** To make a boot medium; GRUB is that of the medium's own tree. */
export const MEDIUM_TOOLS: Wanted = { ...BUILD_TOOLS, mksquashfs: 'packs the live system', xorriso: 'makes the image', mcopy: 'makes and fills the EFI partition', implantisomd5: 'puts a sum into the image' };

const MANAGERS = {
  apt: { command: 'apt-get', steps: (packages: readonly string[]) => [['apt-get', '-q', 'update'], ['apt-get', '-q', 'install', '-y', '--no-install-recommends', '-o', 'Dpkg::Options::=--force-confold', '-o', 'DPkg::Lock::Timeout=300', ...packages]] },
  dnf: { command: 'dnf', steps: (packages: readonly string[]) => [['dnf', 'install', '-y', '--setopt=install_weak_deps=False', ...packages]] },
} as const;
type Manager = keyof typeof MANAGERS;

export interface ToolPorts {
  has(tool: string): boolean;
  run(argv: readonly string[]): Promise<unknown>;
  ask(question: string): Promise<string | null>;
  tell(text: string): void;
  readonly isRoot: boolean;
}

const THIS_SYSTEM: Omit<ToolPorts, 'tell'> = {
  has: findTool, run: async (argv) => await exec(argv, { timeoutMs: 20 * 60_000, quiet: true }), ask, isRoot: process.getuid?.() === 0,
};

/** Resolves when all are there. `mayAsk`: a person is at the terminal, and has not agreed beforehand. Throws `tools-missing`, exit 4. */
export async function provideTools(wanted: Wanted, options: { readonly mayAsk: boolean; readonly tell: ToolPorts['tell'] }, system: Omit<ToolPorts, 'tell'> = THIS_SYSTEM): Promise<void> {
  const missing = Object.keys(wanted).filter((tool) => !system.has(tool));
  if (missing.length === 0) return;
  const lines = missing.map((tool) => `${tool}: ${wanted[tool]}`);
  const refuse = (message: string, hint: string): XenwrightError => new XenwrightError({ code: 'tools-missing', exit: EXIT.refused, message, lastLines: lines, hint });
  const manager = (Object.keys(MANAGERS) as Manager[]).find((one) => system.has(MANAGERS[one].command));
  const packages = [...new Set(missing.map((tool) => packageFor(tool, manager ?? 'apt')))];
  if (manager === undefined) throw refuse('tools are missing, and this system has neither apt-get nor dnf', `install them by hand, or use a rescue system of Debian, Ubuntu or Fedora; in Debian their packages are ${packages.join(', ')}`);
  const steps = MANAGERS[manager].steps(packages);
  const byHand = steps.map((step) => step.join(' ')).join(' && ');
  if (!system.isRoot) throw refuse('tools are missing, and only root can install them', `as root: ${byHand}`);
  options.tell(`Tools are missing:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  if (options.mayAsk && !/^y(es)?$/i.test((await system.ask(`Install ${packages.join(' ')} on this system, with ${MANAGERS[manager].command}? [y/N] `))?.trim() ?? '')) throw refuse('tools are missing, and were not to be installed', `by hand: ${byHand}`);
  options.tell(`Installing ${packages.join(' ')} with ${MANAGERS[manager].command}.\n`);
  for (const step of steps) await system.run(step);
  const still = missing.filter((tool) => !system.has(tool));
  if (still.length > 0) throw refuse(`${still.join(', ')} cannot be found after ${MANAGERS[manager].command} has installed ${packages.join(' ')}`, manager === 'dnf' ? 'where mmdebstrap is not in the archive it is in EPEL: dnf install epel-release' : 'see whether the packages are complete: dpkg --verify');
}
