/**
 * The tools an install runs, on a system that nobody prepared for it, such as a hoster's rescue system: what is missing
 * is named with what it is for, and installed by the system's own package manager when a person agrees, or when nobody
 * is there to ask.
 */
import type en from '../../../locales/en.json';
import { EXIT, failure, XenwrightError } from '../../errors.ts';
import { english, inEnglish } from '../../i18n/english.ts';
import { listed, type Message } from '../../i18n/phrase.ts';
import { errorMessages } from '../../i18n/translate-events.ts';
import { ask } from '../terminal/ask.ts';
import { UEFI_FIRMWARE } from '../vm/boot-machine.ts';
import { exec, findTool } from './exec.ts';
import { setsUp } from './process-io.ts';
import { packageFor } from './tool-packages.ts';

/** What a tool is for, in words that follow its name. */
export type Wanted = Readonly<Record<string, Message>>;

type Purpose = keyof (typeof en)['errors']['tools-missing']['purposes'];
const purpose = (name: Purpose): Message => ({ key: `errors.tools-missing.purposes.${name}` });

/** Only where bases are still to be built. */
export const BUILD_TOOLS: Wanted = {
  mmdebstrap: purpose('builds'),
  'apt-get': purpose('fetches'),
  gpgv: purpose('verifies'),
  '/usr/share/keyrings/debian-archive-keyring.gpg': purpose('keys'),
  tar: purpose('unpacks'),
  unshare: purpose('keepsApart'),
  mount: purpose('mountsForBuild'),
};
/** To put Xenwright onto a host: the executable's own package, and what a checkout needs to make the executable. */
export const PACKAGE_TOOLS: Wanted = { gzip: purpose('makesPackage') };
export const EXECUTABLE_TOOLS: Wanted = { strip: purpose('makesPackage'), readelf: purpose('makesPackage') };
/** Where packages come by https. */
export const HTTPS_TOOLS: Wanted = { certificates: purpose('authorities') };
/** Where they come from a medium that this kernel cannot mount. */
export const DISC_TOOLS: Wanted = { xorriso: purpose('readsMedium') };
/** For a profile that must be signed. */
export const SIGNATURE_TOOLS: Wanted = { 'ssh-keygen': purpose('verifiesProfiles') };
/** On the disks of the machine at hand. Old LVM and RAID must be seen, too, before anything is decided about a disk. */
export const DISK_TOOLS: Wanted = {
  lsblk: purpose('listsDisks'),
  wipefs: purpose('looksAtDisk'),
  sgdisk: purpose('partitions'),
  sfdisk: purpose('readsPartitions'),
  partx: purpose('tellsKernel'),
  udevadm: purpose('namesDisks'),
  mount: purpose('mountsInstalled'),
  lvm: purpose('volumes'),
  blkdiscard: purpose('zeroes'),
  mdadm: purpose('endsRaid'),
  'mkfs.vfat': purpose('makesEfi'),
  mke2fs: purpose('makesExt4'),
  e2fsck: purpose('checksExt4'),
  openssl: purpose('hashes'),
};
/** Into a disk image. */
export const IMAGE_TOOLS: Wanted = {
  mke2fs: purpose('makesExt4'),
  openssl: purpose('hashes'),
  'qemu-system-x86_64': purpose('writesImage'),
  setpriv: purpose('endsWithRun'),
};
/** To make a boot medium; GRUB is that of the medium's own tree. */
export const MEDIUM_TOOLS: Wanted = {
  ...BUILD_TOOLS,
  mksquashfs: purpose('packsLive'),
  xorriso: purpose('makesImage'),
  mcopy: purpose('fillsEfi'),
  implantisomd5: purpose('implantsSum'),
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
    'qemu-system-x86_64': purpose('boots'),
    setpriv: purpose('endsWithCommand'),
    ...(scratch === true ? { 'qemu-img': purpose('throwsAway') } : {}),
    ...(firmware === 'uefi' ? { 'UEFI firmware': purpose('firmware') } : {}),
    // The console does without it: it is no reason to ask or to refuse.
    ...(console === true && setsUp() && process.getuid?.() === 0 ? { ssh: purpose('logsIn') } : {}),
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
  const needed = missing.map((tool) => ({ tool, purpose: wanted[tool] ?? '' }));
  const lastLines = needed.map((values) => inEnglish({ key: 'errors.tools-missing.tool', values }));
  const details = { lines: needed.map((values) => ({ id: 'tools-missing.tool', values })) };
  const manager = (Object.keys(MANAGERS) as Manager[]).find((one) => system.has(MANAGERS[one].command));
  const packages = [...new Set(missing.map((tool) => packageFor(tool, manager ?? 'apt')))];
  if (manager === undefined)
    throw failure('tools-missing.noManager', EXIT.refused, { packages: listed(packages) }, details);
  const { command, steps } = MANAGERS[manager];
  const byHand = byHandOf(manager, packages);
  if (!system.isRoot) throw failure('tools-missing.needsRoot', EXIT.refused, { commands: byHand }, details);
  const names = packages.join(' ');
  options.tell(`${english('cli.tools.missing')}\n${lastLines.map((line) => `  ${line}\n`).join('')}`);
  const wording = { packages: names, manager: command };
  if (
    options.mayAsk &&
    system.setsUp !== true &&
    !/^y(es)?$/i.test((await system.ask(english('cli.tools.question', wording)))?.trim() ?? '')
  )
    throw failure('tools-missing.declined', EXIT.refused, { commands: byHand }, details);
  options.tell(`${english('cli.tools.installing', wording)}\n`);
  for (const step of steps(packages)) {
    await system.run(step, progress(options.tell)).catch((error: unknown) => {
      if (!(error instanceof XenwrightError) || error.exit === EXIT.interrupted) throw error;
      throw failure(
        'tools-missing.failed',
        EXIT.refused,
        { packages: names, reason: errorMessages(error).message, commands: byHand },
        { lastLines: error.lastLines },
      );
    });
  }
  const still = missing.filter((tool) => !system.has(tool));
  if (still.length > 0)
    throw failure(
      manager === 'dnf' ? 'tools-missing.stillDnf' : 'tools-missing.stillApt',
      EXIT.refused,
      { tools: listed(still), manager: command, packages: names },
      details,
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
    tell(
      `  ${fetched === undefined ? `${step?.toLowerCase()} ${name}` : english('cli.fetching', { what: fetched })}\n`,
    );
  };
}
