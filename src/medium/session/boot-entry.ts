/** From a finished host's grub.cfg to what kexec needs to start its Xen, and from efibootmgr's list to its entry. Pure. */

interface Loaded {
  /** Below the boot partition. */
  readonly file: string;
  readonly words: string;
}
export interface BootEntry {
  readonly title: string;
  readonly xen: Loaded | null;
  readonly kernel: Loaded;
  readonly initrd: string | null;
}

/**
 * The first entry that starts Xen, else the first with a kernel: Xenwright's own stand first. `plain`: only ones
 * without Xen.
 */
export function bootEntry(grubConfig: string, plain = false): BootEntry | null {
  const entries = [
    ...grubConfig.matchAll(/^[ \t]*menuentry[ \t]+(?:'([^']*)'|"([^"]*)")[^\n]*\{\n([\s\S]*?)^[ \t]*\}/gm),
  ].flatMap(([, single, double, body = '']) => {
    const entry = readEntry(single ?? double ?? '', body);
    return entry === null ? [] : [entry];
  });
  const wanted = entries.find(({ xen }) => (xen === null) === plain);
  return wanted ?? entries[0] ?? null;
}

function readEntry(title: string, body: string): BootEntry | null {
  const lines = body.split('\n').map((line) => line.trim().split(/\s+/));
  const hypervisor = lines.find(([word]) => word === 'multiboot2' || word === 'multiboot');
  const modules = lines
    .filter(([word]) => word === 'module2' || word === 'module')
    .map((words) => words.slice(1).filter((word) => word !== '--nounzip'));
  const [kernelWords, initrdWords] =
    hypervisor === undefined
      ? [lines.find(([word]) => word === 'linux')?.slice(1), lines.find(([word]) => word === 'initrd')?.slice(1)]
      : modules;
  const kernel = loaded(kernelWords);
  if (kernel === null) return null;
  return { title, xen: loaded(hypervisor?.slice(1)), kernel, initrd: initrdWords?.[0] ?? null };
}

function loaded(words: readonly string[] | undefined): Loaded | null {
  const [file, ...rest] = words ?? [];
  if (file === undefined) return null;
  // GRUB's modules are told a word before their arguments that only stands for their name, and variables that only GRUB
  // knows.
  return {
    file: file.replace(/^\([^)]*\)/, ''),
    words: rest.filter((word) => word !== 'placeholder' && !word.startsWith('$')).join(' '),
  };
}

/** Where the parts of an entry were put. */
export interface LocalFiles {
  readonly xen: string | null;
  readonly kernel: string;
  readonly initrd: string | null;
}

/**
 * Loads an entry for kexec. Xen must leave the BIOS alone, which does not answer any more after Linux: without these
 * words it hangs before its first line. Only the older system call takes multiboot2.
 */
export function kexecArguments({ xen, kernel, initrd }: BootEntry, files: LocalFiles): string[] {
  if (xen === null || files.xen === null)
    return [
      'kexec',
      '-l',
      files.kernel,
      `--command-line=${kernel.words}`,
      ...(files.initrd === null ? [] : [`--initrd=${files.initrd}`]),
    ];
  const words = xen.words.split(' ').filter((word) => !/^(vga=|edd=|no-real-mode\b)/.test(word));
  return [
    'kexec',
    '--kexec-syscall',
    '--type=multiboot2-x86',
    '-l',
    files.xen,
    `--command-line=${[...words, 'no-real-mode', 'edd=off'].join(' ')}`,
    `--module=${files.kernel} ${kernel.words}`,
    ...(files.initrd === null || initrd === null ? [] : [`--module=${files.initrd}`]),
  ];
}

/**
 * Did GRUB start Xen the last time, and nobody has confirmed it? Then the plain kernel is next, as GRUB would have it.
 * By the text of grubenv.
 */
export function isUnconfirmed(environment: string): boolean {
  return /^xenwright_state=trying$/m.test(environment);
}

/** The firmware's entry that starts from a partition with this PARTUUID, by the list of `efibootmgr -v`. */
export function firmwareEntry(list: string, partitionUuid: string): string | null {
  const line = list
    .split('\n')
    .find((one) => /^Boot[0-9A-F]{4}/i.test(one) && one.toLowerCase().includes(partitionUuid.toLowerCase()));
  return /^Boot([0-9A-F]{4})/i.exec(line ?? '')?.[1] ?? null;
}
