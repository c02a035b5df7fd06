/** Reads a grub.cfg and the files of /boot: what is missing for Xen to start first and the plain kernel to follow. Pure. */

export interface BootState {
  readonly config: string;
  /** Paths under /boot of files that are not empty, each with a leading slash. */
  readonly files: readonly string[];
  readonly hypervisor: 'xen' | 'none';
  readonly memoryMiB: number | null;
  readonly bios: boolean;
  readonly uefi: boolean;
}

/** One sentence per fault; none means it is sound. */
export function bootFindings(state: BootState): string[] {
  const findings: string[] = [];
  const has = (path: string): boolean => state.files.includes(path);
  const entry = (id: string): string | null => {
    const start = state.config.search(new RegExp(`^\\s*menuentry .*['"\\s]${id}['"\\s].*\\{`, 'm'));
    if (start < 0) return null;
    const end = state.config.indexOf('\n}', start);
    return state.config.slice(start, end < 0 ? undefined : end);
  };
  if (state.config === '') return ['/boot/grub/grub.cfg is missing or empty'];
  const plain = entry('xenwright-plain');
  if (plain === null) findings.push('grub.cfg has no entry xenwright-plain');
  else
    for (const path of loaded(plain))
      if (!has(path)) findings.push(`xenwright-plain loads ${path}, which is not on /boot`);
  if (state.hypervisor === 'xen') {
    const xen = entry('xenwright-xen');
    if (xen === null) findings.push('grub.cfg has no entry xenwright-xen');
    else {
      if (!/^\s*multiboot2\s/m.test(xen)) findings.push('xenwright-xen loads no hypervisor by multiboot2');
      if (state.memoryMiB !== null && !xen.includes(`dom0_mem=${state.memoryMiB}M`))
        findings.push(`xenwright-xen does not give Dom0 its ${state.memoryMiB} MiB`);
      if (!/^\s*save_env\s+xenwright_state/m.test(xen)) findings.push('xenwright-xen does not note that it is trying');
      for (const path of loaded(xen))
        if (!has(path)) findings.push(`xenwright-xen loads ${path}, which is not on /boot`);
    }
    if (!/^\s*set default=["']?xenwright-xen/m.test(state.config)) findings.push('xenwright-xen is not the default');
  }
  if (state.bios && !has('/grub/i386-pc/core.img')) findings.push('GRUB for BIOS is not installed');
  if (state.uefi && !state.files.some((path) => /^\/efi\/EFI\/BOOT\/BOOTX64\.EFI$/i.test(path)))
    findings.push('GRUB for UEFI is not installed');
  if (!has('/grub/grubenv')) findings.push('/boot/grub/grubenv is missing');
  return findings;
}

/** Files an entry loads, as paths on /boot. */
function loaded(entry: string): string[] {
  return [...entry.matchAll(/^\s*(?:multiboot2|module2|linux|initrd)\s+(?:--nounzip\s+)?(\/\S+)/gm)].map((match) =>
    (match[1] ?? '').replace(/^\/boot\//, '/'),
  );
}
