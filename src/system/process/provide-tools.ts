/**
 * The tools an install runs, on a system that nobody prepared for it, such as a hoster's rescue system: what is missing
 * is named with what it is for, and installed by the system's own package manager when a person agrees, or when nobody
 * is there to ask.
 */
import { EXIT, XenwrightError } from '../../errors.ts';
import { ask } from '../terminal/ask.ts';
import { UEFI_FIRMWARE } from '../vm/boot-machine.ts';
import { exec, findTool } from './exec.ts';
import { setsUp } from './process-io.ts';
import { packageFor } from './tool-packages.ts';

/** What a tool is for, in words that follow its name. */
export type Wanted = Readonly<Record<string, string>>;

/** Only where bases are still to be built. */
export const BUILD_TOOLS: Wanted = {
  mmdebstrap: 'builds systems from packages',
  'apt-get': 'fetches packages for mmdebstrap',
  gpgv: 'verifies the signatures of packages',
  '/usr/share/keyrings/debian-archive-keyring.gpg': 'the keys that they are verified with',
  tar: 'unpacks systems',
  unshare: 'keeps a build apart from this system',
  mount: 'lets a build see what it needs',
};
/** Where packages come by https. */
export const HTTPS_TOOLS: Wanted = { certificates: 'the authorities that https servers are verified by' };
/** Where they come from a medium that this kernel cannot mount. */
export const DISC_TOOLS: Wanted = { xorriso: 'reads the medium, which this kernel cannot mount' };
/** For a profile that must be signed. */
export const SIGNATURE_TOOLS: Wanted = { 'ssh-keygen': 'verifies signatures of profiles' };
/** On the disks of the machine at hand. Old LVM and RAID must be seen, too, before anything is decided about a disk. */
export const DISK_TOOLS: Wanted = {
  lsblk: 'lists disks',
  wipefs: 'tells what is on a disk',
  sgdisk: 'partitions disks',
  sfdisk: 'reads partitions back',
  partx: 'tells the kernel of partitions',
  udevadm: 'names disks',
  mount: 'mounts what is installed',
  lvm: 'makes volumes, and sees old ones',
  blkdiscard: 'zeroes volumes',
  mdadm: 'ends old RAID',
  'mkfs.vfat': 'makes the EFI system partition',
  mke2fs: 'makes ext4',
  e2fsck: 'checks ext4',
  openssl: 'hashes passwords',
};
/** Into a disk image. */
export const IMAGE_TOOLS: Wanted = {
  mke2fs: 'makes ext4',
  openssl: 'hashes passwords',
  'qemu-system-x86_64': 'carries the small machine that writes the image',
  setpriv: 'ends it with the run',
};
/** To make a boot medium; GRUB is that of the medium's own tree. */
export const MEDIUM_TOOLS: Wanted = {
  ...BUILD_TOOLS,
  mksquashfs: 'packs the live system',
  xorriso: 'makes the image',
  mcopy: 'makes and fills the EFI partition',
  implantisomd5: 'puts a sum into the image',
};

/** To boot an image under emulation. */
export function bootTools({
  firmware,
  scratch,
  console,
}: {
  readonly firmware: 'bios' | 'uefi';
  readonly scratch?: boolean;
  readonly console?: boolean;
}): Wanted {
  return {
    'qemu-system-x86_64': 'is the machine that is booted',
    setpriv: 'ends it with this command',
    ...(scratch === true ? { 'qemu-img': 'keeps apart what is thrown away' } : {}),
    ...(firmware === 'uefi' ? { 'UEFI firmware': 'is what the machine starts by' } : {}),
    // The console does without it: it is no reason to ask or to refuse.
    ...(console === true && setsUp() && process.getuid?.() === 0
      ? { ssh: 'logs in to the host from another terminal' }
      : {}),
  };
}

/** What is no command, and has its file in one of several places. */
const FILES: Readonly<Record<string, readonly string[]>> = {
  'UEFI firmware': UEFI_FIRMWARE.map(([, variables]) => variables),
  certificates: ['/etc/ssl/certs/ca-certificates.crt', '/etc/pki/tls/certs/ca-bundle.crt'],
};
const APT_OPTIONS = ['-o', 'Acquire::Retries=3', '-o', 'DPkg::Lock::Timeout=300'];
const MANAGERS = {
  apt: {
    command: 'apt-get',
    steps: (packages: readonly string[]) => [
      ['apt-get', '-q', 'update', ...APT_OPTIONS],
      [
        'apt-get',
        '-q',
        'install',
        '-y',
        '--no-install-recommends',
        '-o',
        'Dpkg::Options::=--force-confold',
        ...APT_OPTIONS,
        ...packages,
      ],
    ],
  },
  dnf: {
    command: 'dnf',
    steps: (packages: readonly string[]) => [['dnf', 'install', '-y', '--setopt=install_weak_deps=False', ...packages]],
  },
} as const;
type Manager = keyof typeof MANAGERS;

export interface ToolPorts {
  has(tool: string): boolean;
  run(argv: readonly string[], onLine: (line: string) => void): Promise<unknown>;
  ask(question: string): Promise<string | null>;
  tell(text: string): void;
  readonly isRoot: boolean;
  /** Started by npm, which sets up whatever is missing: nobody is asked. */
  readonly setsUp?: boolean;
}

const LIMIT_MS = 20 * 60_000;
/** Between two lines about how far a manager of packages has come. */
const TELLING_MS = 5_000;

const THIS_SYSTEM: Omit<ToolPorts, 'tell'> = {
  has: (tool) => (FILES[tool] ?? [tool]).some(findTool),
  run: async (argv, onLine) => await exec(argv, { timeoutMs: LIMIT_MS }, { onLine: (_, line) => onLine(line) }),
  ask,
  isRoot: process.getuid?.() === 0,
  setsUp: setsUp(),
};

/**
 * Resolves when all are there. `mayAsk`: a person is at the terminal, and has not agreed beforehand. Throws
 * `tools-missing`, exit 4.
 */
export async function provideTools(
  wanted: Wanted,
  options: { readonly mayAsk: boolean; readonly tell: ToolPorts['tell'] },
  system: Omit<ToolPorts, 'tell'> = THIS_SYSTEM,
): Promise<void> {
  const missing = Object.keys(wanted).filter((tool) => !system.has(tool));
  if (missing.length === 0) return;
  const lines = missing.map((tool) => `${tool}: ${wanted[tool]}`);
  const refuse = (message: string, hint: string, lastLines: readonly string[] = lines): XenwrightError =>
    new XenwrightError({ code: 'tools-missing', exit: EXIT.refused, message, lastLines, hint });
  const manager = (Object.keys(MANAGERS) as Manager[]).find((one) => system.has(MANAGERS[one].command));
  const packages = [...new Set(missing.map((tool) => packageFor(tool, manager ?? 'apt')))];
  if (manager === undefined)
    throw refuse(
      'tools are missing, and this system has neither apt-get nor dnf',
      `install them by hand, or use a rescue system of Debian, Ubuntu or Fedora; in Debian their packages are ${packages.join(', ')}`,
    );
  const steps = MANAGERS[manager].steps(packages);
  const byHand = byHandOf(manager, packages);
  if (!system.isRoot) throw refuse('tools are missing, and only root can install them', `as root: ${byHand}`);
  options.tell(`Tools are missing:\n${lines.map((line) => `  ${line}\n`).join('')}`);
  if (
    options.mayAsk &&
    system.setsUp !== true &&
    !/^y(es)?$/i.test(
      (
        await system.ask(`Install ${packages.join(' ')} on this system, with ${MANAGERS[manager].command}? [y/N] `)
      )?.trim() ?? '',
    )
  )
    throw refuse('tools are missing, and were not to be installed', `by hand: ${byHand}`);
  options.tell(`Installing ${packages.join(' ')} with ${MANAGERS[manager].command}.\n`);
  for (const step of steps) {
    await system.run(step, progress(options.tell)).catch((error: unknown) => {
      if (!(error instanceof XenwrightError) || error.exit === EXIT.interrupted) throw error;
      throw refuse(
        `${packages.join(' ')} could not be installed: ${error.message}`,
        `check the network and this system's sources of packages, then start again; by hand: ${byHand}`,
        error.lastLines,
      );
    });
  }
  const still = missing.filter((tool) => !system.has(tool));
  if (still.length > 0)
    throw refuse(
      `${still.join(', ')} cannot be found after ${MANAGERS[manager].command} has installed ${packages.join(' ')}`,
      manager === 'dnf'
        ? 'where mmdebstrap is not in the archive it is in EPEL: dnf install epel-release'
        : 'see whether the packages are complete: dpkg --verify',
    );
}

/** The commands that a person types. */
function byHandOf(manager: Manager, packages: readonly string[]): string {
  return manager === 'dnf'
    ? `dnf install ${packages.join(' ')}`
    : `apt-get update && apt-get install --no-install-recommends ${packages.join(' ')}`;
}

/** A line now and then, so that a slow network does not look like a standstill. */
function progress(tell: ToolPorts['tell']): (line: string) => void {
  let toldMs = Date.now();
  return (line) => {
    const [, fetched, step, name] =
      /^(?:Get:\d+ \S+ \S+ \S+ ([a-z0-9]\S*)|(Unpacking|Setting up|Processing triggers for) (\S+))/.exec(line) ?? [];
    if ((fetched ?? name) === undefined || Date.now() - toldMs < TELLING_MS) return;
    toldMs = Date.now();
    tell(`  ${fetched === undefined ? `${step?.toLowerCase()} ${name}` : `fetching ${fetched}`}\n`);
  };
}
