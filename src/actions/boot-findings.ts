/** Reads a grub.cfg and the files of /boot: what is missing for Xen to start first and the plain kernel to follow. Pure. */

import type en from '../../locales/en.json';
import type { Values } from '../i18n/said.ts';

export interface BootState {
  readonly config: string;
  /** Paths under /boot of files that are not empty, each with a leading slash. */
  readonly files: readonly string[];
  readonly hypervisor: 'xen' | 'none';
  readonly memoryMiB: number | null;
  readonly bios: boolean;
  readonly uefi: boolean;
}

type Line = keyof (typeof en)['errors']['boot-unsound']['lines'];
/** What is wrong, as a text of `errors` and what is put into it. */
export interface BootFinding {
  readonly id: `boot-unsound.lines.${Line}`;
  readonly values?: Values;
}

/** A text of `errors.boot-unsound.lines` per fault; none means it is sound. */
export function bootFindings(state: BootState): BootFinding[] {
  const findings: BootFinding[] = [];
  const find = (line: Line, values?: Values): void => {
    findings.push({ id: `boot-unsound.lines.${line}`, ...(values === undefined ? {} : { values }) });
  };
  const has = (path: string): boolean => state.files.includes(path);
  const entry = (id: string): string | null => {
    const start = state.config.search(new RegExp(`^\\s*menuentry .*['"\\s]${id}['"\\s].*\\{`, 'm'));
    if (start < 0) return null;
    const end = state.config.indexOf('\n}', start);
    return state.config.slice(start, end < 0 ? undefined : end);
  };
  if (state.config === '') return [{ id: 'boot-unsound.lines.noConfig' }];
  const plain = entry('xenwright-plain');
  if (plain === null) find('noPlain');
  else for (const path of loaded(plain)) if (!has(path)) find('notThere', { entry: 'xenwright-plain', path });
  if (state.hypervisor === 'xen') {
    const xen = entry('xenwright-xen');
    if (xen === null) find('noXen');
    else {
      if (!/^\s*multiboot2\s/m.test(xen)) find('noHypervisor');
      if (state.memoryMiB !== null && !xen.includes(`dom0_mem=${state.memoryMiB}M`))
        find('memory', { memory: state.memoryMiB });
      if (!/^\s*save_env\s+xenwright_state/m.test(xen)) find('notTrying');
      for (const path of loaded(xen)) if (!has(path)) find('notThere', { entry: 'xenwright-xen', path });
    }
    if (!/^\s*set default=["']?xenwright-xen/m.test(state.config)) find('notDefault');
  }
  if (state.bios && !has('/grub/i386-pc/core.img')) find('noBios');
  if (state.uefi && !state.files.some((path) => /^\/efi\/EFI\/BOOT\/BOOTX64\.EFI$/i.test(path))) find('noUefi');
  if (!has('/grub/grubenv')) find('noEnvironment');
  return findings;
}

/** Files an entry loads, as paths on /boot. */
function loaded(entry: string): string[] {
  return [...entry.matchAll(/^\s*(?:multiboot2|module2|linux|initrd)\s+(?:--nounzip\s+)?(\/\S+)/gm)].map((match) =>
    (match[1] ?? '').replace(/^\/boot\//, '/'),
  );
}
