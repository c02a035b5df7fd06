/** The medium's boot menu and its examples for booting over the network. Pure. */
import localDisk from '../../../assets/medium/local-disk.cfg' with { type: 'text' };
import { quoted } from '../../plan/shell-words.ts';
import { idFile } from './medium-id.ts';

export interface BootChoice {
  /** `ttyS0,115200`, or null: the screen alone. */
  readonly serial: string | null;
  /** Words for the kernel's command line. */
  readonly kernelWords: readonly string[];
}

const TIMEOUT_SECONDS = 5;
const DEFAULT_SERIAL = 'ttyS0,115200';
/** VESA at most: for graphics that the kernel's own driver darkens. */
const SAFE_GRAPHICS = ['nomodeset'];

/** Nobody logs in over the sockets of a hypervisor; without one the generator's complaints stand on the console. */
const NO_SSH_SOCKETS = 'systemd.ssh_auto=no';
/**
 * A kernel that panics starts its machine again, for in a rack nobody would; the seconds are for who reads it at the
 * screen.
 */
const RESTART_AFTER_PANIC = 'panic=60';

/** The words of every boot of a medium. */
export function kernelWords(choice: BootChoice): string[] {
  return [
    'boot=xenwright',
    'quiet',
    NO_SSH_SOCKETS,
    RESTART_AFTER_PANIC,
    ...(choice.serial === null ? [] : ['console=tty0', `console=${choice.serial}`]),
    ...choice.kernelWords,
  ];
}

/** The menu of the medium `id`; its initrd takes no other. */
export function grubConfig(choice: BootChoice, id: string): string {
  const words = [...kernelWords(choice), `xenwright.medium=${id}`];
  const entry = (title: string, id: string, more: readonly string[]): string =>
    `menuentry ${quoted(title)} --id ${id} {\n  linux /live/vmlinuz ${[...words, ...more].map(grubWord).join(' ')}\n  initrd /live/initrd.img\n}\n`;
  const serial = choice.serial ?? DEFAULT_SERIAL;
  return `# The boot menu of the Xenwright medium.
set default=install
set timeout=${TIMEOUT_SECONDS}
${serialTerminal(choice.serial)}
${entry('Install a Xen host', 'install', [])}
${choice.serial === null ? entry(`Install a Xen host (serial console ${serial})`, 'serial', ['console=tty0', `console=${serial}`]) : ''}
${entry('Install a Xen host (safe graphics)', 'safe', SAFE_GRAPHICS)}
${localDisk}`;
}

/** Serial numbers in GRUB: ttyS0 is unit 0. */
function serialTerminal(serial: string | null): string {
  const match = /^ttyS(\d+)(?:,(\d+))?/.exec(serial ?? '');
  if (match === null) return 'terminal_output console\nterminal_input console';
  return `serial --unit=${match[1]} --speed=${match[2] ?? '115200'}\nterminal_input console serial\nterminal_output console serial`;
}

/** GRUB's quoting is the shell's. */
function grubWord(word: string): string {
  return /^[\w=.,:/@+-]+$/.test(word) ? word : quoted(word);
}

/** What the boot loader in the EFI partition and the one of BIOS read first: where the menu of the medium `id` is. */
export const earlyConfig = (id: string): string =>
  `search --no-floppy --set=root --file /${idFile(id)}
set prefix=($root)/boot/grub
configfile $prefix/grub.cfg
`;

export function ipxeExample(choice: BootChoice): string {
  return `#!ipxe
# Boots the Xenwright medium over the network. Put vmlinuz, initrd.img and xenwright.squashfs beside this file on an http server,
# and name the server here. The whole medium is held in memory: give the machine 2 GiB or more.
set base http://192.0.2.1/xenwright
# ip=dhcp: the initrd asks for an address on every network card. xenwright.profile= makes the run unattended.
kernel \${base}/vmlinuz initrd=initrd.img ip=dhcp xenwright.squashfs=\${base}/xenwright.squashfs ${kernelWords(choice).join(' ')}
initrd \${base}/initrd.img
# Instead of xenwright.squashfs= the firmware may fetch that file too (https, other protocols); it needs the memory twice for a moment:
# initrd \${base}/xenwright.squashfs /xenwright.squashfs
boot
`;
}

export function grubNetbootExample(choice: BootChoice): string {
  return `# Boots the Xenwright medium over the network by GRUB (grub-mknetdir). Put vmlinuz and initrd.img where GRUB reads (tftp or http),
# xenwright.squashfs on an http server, and name the server here.
set timeout=${TIMEOUT_SECONDS}
menuentry 'Install a Xen host' {
  linux /xenwright/vmlinuz ip=dhcp xenwright.squashfs=http://192.0.2.1/xenwright/xenwright.squashfs ${kernelWords(choice).map(grubWord).join(' ')}
  initrd /xenwright/initrd.img
}
`;
}
