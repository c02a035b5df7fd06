/** The disks that this host starts from, by what it runs on: where GRUB is renewed. Pure. */
import { grubInstallCommands } from '../../actions/boot.ts';
import { parseLsblk, withDescendants } from '../../facts/lsblk.ts';
import { commandLine } from '../../plan/shell-words.ts';

/** Where GRUB for BIOS keeps its core image on a GPT disk. */
const BIOS_BOOT = '21686148-6449-6e6f-744e-656564454649';
/** As the kernel names them. */
const NAME = /^\/dev\/[\w/.:+-]+$/;
/** Writes the entry into the firmware's variables, too. */
const ENTRY = [
  'grub-install',
  '--target=x86_64-efi',
  '--efi-directory=/boot/efi',
  '--bootloader-id=xenwright',
  '--recheck',
];

export interface BootSeen {
  /** `lsblk --json -o NAME,PATH,PARTTYPE` of these disks. */
  readonly tables: string | null;
  /** Is an ESP mounted at /boot/efi? */
  readonly hasEsp: boolean;
  /** Was the host started by UEFI, and are its variables there? */
  readonly hasVariables: boolean;
}

/** The disks under what `lsblk --json --inverse -o NAME,PATH,TYPE` was asked for, through RAID and whatever is between. */
export function disksBelow(text: string | null): string[] {
  const nodes = parseLsblk(text ?? '').flatMap(withDescendants);
  return [...new Set(nodes.flatMap(({ type, path }) => (type === 'disk' && NAME.test(path) ? path : [])))];
}

/** Commands of a shell that renew GRUB as the install has put it there; empty: nothing to renew. */
export function grubCommands({ tables, hasEsp, hasVariables }: BootSeen): string {
  const disks = parseLsblk(tables ?? '').flatMap(({ path, children }) =>
    NAME.test(path) && children.some(({ partitionType }) => partitionType?.toLowerCase() === BIOS_BOOT) ? path : [],
  );
  if (disks.length === 0 && !hasEsp) return '';
  const commands = grubInstallCommands({
    bootSets: disks.map((disk) => ({ disk, esp: null })),
    bios: disks.length > 0,
    uefi: hasEsp,
    nvram: false,
  });
  // Some firmwares take no entry; its removable path needs none.
  const entry = hasEsp && hasVariables ? [`${commandLine(ENTRY)} || true`] : [];
  return [...commands.slice(0, -1).map(commandLine), ...entry, ...commands.slice(-1).map(commandLine)].join('\n');
}
