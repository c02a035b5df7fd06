/** From a finished host's grub.cfg to what kexec needs to start its Xen, and from efibootmgr's list to its entry. Pure. */

export interface Loaded { /** Below the boot partition. */ readonly file: string; readonly words: string }
export interface BootEntry { readonly title: string; readonly xen: Loaded | null; readonly kernel: Loaded; readonly initrd: string | null }

/** The first entry that starts Xen, else the first with a kernel: Xenwright's own stand first. */
export function bootEntry(grubConfig: string): BootEntry | null {
  const entries = [...grubConfig.matchAll(/^[ \t]*menuentry[ \t]+(?:'([^']*)'|"([^"]*)")[^\n]*\{\n([\s\S]*?)^[ \t]*\}/gm)].flatMap(([, single, double, body = '']) => {
    const entry = readEntry(single ?? double ?? '', body);
    return entry === null ? [] : [entry];
  });
  return entries.find(({ xen }) => xen !== null) ?? entries[0] ?? null;
}

function readEntry(title: string, body: string): BootEntry | null {
  const lines = body.split('\n').map((line) => line.trim().split(/\s+/));
  const hypervisor = lines.find(([word]) => word === 'multiboot2' || word === 'multiboot');
  const modules = lines.filter(([word]) => word === 'module2' || word === 'module').map((words) => words.slice(1).filter((word) => word !== '--nounzip'));
  const [kernelWords, initrdWords] = hypervisor === undefined
    ? [lines.find(([word]) => word === 'linux')?.slice(1), lines.find(([word]) => word === 'initrd')?.slice(1)]
    : modules;
  const kernel = loaded(kernelWords);
  if (kernel === null) return null;
  return { title, xen: loaded(hypervisor?.slice(1)), kernel, initrd: initrdWords?.[0] ?? null };
}

function loaded(words: readonly string[] | undefined): Loaded | null {
  const [file, ...rest] = words ?? [];
  if (file === undefined) return null;
  // GRUB's modules are told a word before their arguments that only stands for their name, and variables that only GRUB knows.
  return { file: file.replace(/^\([^)]*\)/, ''), words: rest.filter((word) => word !== 'placeholder' && !word.startsWith('$')).join(' ') };
}

/** The firmware's entry that starts from a partition with this PARTUUID, by the list of `efibootmgr -v`. */
export function firmwareEntry(list: string, partitionUuid: string): string | null {
  const line = list.split('\n').find((one) => /^Boot[0-9A-F]{4}/i.test(one) && one.toLowerCase().includes(partitionUuid.toLowerCase()));
  return /^Boot([0-9A-F]{4})/i.exec(line ?? '')?.[1] ?? null;
}
